/* SPDX-License-Identifier: MIT */
/*
 * The LAN9118, for nic.c: MAC, PHY and a FIFO of 10,560 bytes for receiving,
 * 4,608 for sending. It puts two bytes in front of what it received, and is
 * told to skip two of what it sends. MAC and PHY are behind registers of its
 * own.
 *
 * Some registers show late what an access to others changed, by 135 ns at
 * most: 4 cycles of this core, and each function here is called anew.
 */
#include "board.h"
#include "nic.h"
#include "nic_part.h"

#define READY_MAX_MS 100u /* from reset on; the EEPROM's address included */
#define TX_MAX_MS    8u   /* three full frames take 3.7 ms at 10 Mbit/s */
#define TX_COMMAND_N 8u

#define LISTEN (INT_RSFL | INT_RXDF)

static uint32_t read_mac(uint32_t number)
{
    ETH_MAC_CSR_CMD = MAC_CSR_BUSY | MAC_CSR_READ | number;
    while ((ETH_MAC_CSR_CMD & MAC_CSR_BUSY) != 0)
        ;
    return ETH_MAC_CSR_DATA;
}

static void write_mac(uint32_t number, uint32_t value)
{
    ETH_MAC_CSR_DATA = value;
    ETH_MAC_CSR_CMD = MAC_CSR_BUSY | number;
    while ((ETH_MAC_CSR_CMD & MAC_CSR_BUSY) != 0)
        ;
}

/* ---- Start ---- */

static bool is_ready(void)
{
    return ETH_BYTE_TEST == BYTE_TEST_READY &&
           (ETH_PMT_CTRL & PMT_CTRL_READY) != 0 &&
           (ETH_HW_CFG & HW_CFG_RESET) == 0 &&
           (ETH_E2P_CMD & E2P_CMD_BUSY) == 0;
}

static void reset(void)
{
    uint32_t since_ms = board_ms();

    ETH_HW_CFG = HW_CFG_RESET;
    while (!is_ready())
        if (board_ms() - since_ms > READY_MAX_MS)
            board_die("no Ethernet controller");
}

/* What the chip has read from its EEPROM. Where there is none: a locally
   administered one. */
static void set_address(uint8_t address[6])
{
    uint32_t low = read_mac(MAC_ADDRL);
    uint32_t high = read_mac(MAC_ADDRH) & 0xFFFFu;

    if (low == 0xFFFFFFFFu && high == 0xFFFFu) {
        low = 0x00000002;
        high = 0x0100;
        write_mac(MAC_ADDRL, low);
        write_mac(MAC_ADDRH, high);
    }
    for (unsigned i = 0; i < 6; i++)
        address[i] = (uint8_t)(i < 4 ? low >> (8 * i) : high >> (8 * (i - 4)));
}

void nic_start(uint8_t address[6])
{
    reset();
    set_address(address);
    ETH_HW_CFG = HW_CFG_SF | HW_CFG_TX_FIFOS;
    ETH_INT_EN = 0;
    ETH_INT_STS = INT_ALL;
    ETH_FIFO_INT = 0;
    ETH_IRQ_CFG = IRQ_CFG_EN | IRQ_CFG_POL | IRQ_CFG_TYPE;
    ETH_RX_CFG = RX_CFG_OFFSET(NIC_PAD_N);
    ETH_TX_CFG = TX_CFG_ON | TX_CFG_LOSE_STATUS;
    nic_set_full_duplex(false);
}

/* Differs between boards by the address, between starts by how long they and
   what came before them took: the part has no source of chance. */
uint32_t board_seed(void)
{
    return read_mac(MAC_ADDRL) ^ (read_mac(MAC_ADDRH) << 16) ^ (SYST_CVR << 8) ^
           ETH_FREE_RUN ^ board_ms();
}

/* ---- Receiving ---- */

void nic_listen(bool on)
{
    ETH_INT_EN = on ? LISTEN : 0;
}

/* The chip does not say again that a frame is there: nic.c takes all. */
bool nic_acknowledge(void)
{
    uint32_t status = ETH_INT_STS & LISTEN;

    ETH_INT_STS = status;
    return (status & INT_RXDF) != 0;
}

uint32_t nic_waiting(void)
{
    return RX_FIFO_FRAMES(ETH_RX_FIFO_INF);
}

/* A frame that is not wanted has to be read all the same: the chip can skip
   one, but not any shorter than 16 bytes. */
static void skip(uint32_t n)
{
    for (uint32_t words = (n + 3) / 4; words > 0; words--)
        (void)ETH_RX_DATA;
}

uint32_t nic_begin(uint32_t *first)
{
    uint32_t status = ETH_RX_STATUS;
    uint32_t length = RX_STATUS_LENGTH(status);

    if ((status & RX_STATUS_ERROR) != 0 || length < NIC_HEADER_N + NIC_CRC_N ||
        length > NIC_FRAME_N + NIC_CRC_N) {
        skip(NIC_PAD_N + length);
        return 0;
    }
    *first = ETH_RX_DATA;
    return NIC_PAD_N + length - NIC_CRC_N;
}

/* nic_begin() has done it. */
void nic_drop(void)
{
}

/* ---- Sending ---- */

static void give_up_sending(void)
{
    uint32_t since_ms = board_ms();

    ETH_TX_CFG = TX_CFG_STOP | TX_CFG_LOSE_STATUS;
    while ((ETH_TX_CFG & TX_CFG_STOP) != 0 &&
           board_ms() - since_ms <= TX_MAX_MS)
        ;
    ETH_TX_CFG = TX_CFG_DUMP_DATA | TX_CFG_LOSE_STATUS;
    ETH_TX_CFG = TX_CFG_ON | TX_CFG_LOSE_STATUS;
}

/* The frames before may still be leaving. Ones that never do (a bus full of
   collisions) are given up. */
uint16_t nic_send(uint32_t frame_n)
{
    uint32_t need = TX_COMMAND_N + NIC_PAD_N + frame_n + 3;
    uint32_t since_ms = board_ms();

    while (TX_FIFO_ROOM(ETH_TX_FIFO_INF) < need) {
        if (board_ms() - since_ms <= TX_MAX_MS)
            continue;
        give_up_sending();
        break;
    }
    ETH_TX_DATA = TX_CMD_A_OFFSET(NIC_PAD_N) | TX_CMD_A_FIRST_LAST | frame_n;
    ETH_TX_DATA = frame_n;
    return 0;
}

/* The last word sends it. */
void nic_sent(void)
{
}

/* ---- PHY ---- */

uint32_t nic_phy(unsigned number)
{
    write_mac(MAC_MII_ACC, MII_PHY | MII_NUMBER(number) | MII_BUSY);
    while ((read_mac(MAC_MII_ACC) & MII_BUSY) != 0)
        ;
    return read_mac(MAC_MII_DATA) & 0xFFFFu;
}

void nic_set_full_duplex(bool full)
{
    write_mac(MAC_CR, MAC_CR_RXEN | MAC_CR_TXEN | MAC_CR_MCPAS |
                          (full ? MAC_CR_FDPX : MAC_CR_RCVOWN));
}
