/* SPDX-License-Identifier: MIT */
/*
 * What config/lwipopts.h asks of a program: chance, first sequence numbers,
 * the end after a failed assertion. Both numbers are HalfSipHash-2-4 (Aumasson
 * and Bernstein) under a key drawn at start: seen ones do not tell the next.
 */
#include "lwip/ip_addr.h"

#include "board.h"
#include "supply.h"

static struct {
    uint32_t key[2];
    uint32_t drawn; /* numbers so far */
    bool keyed;
} chance;

static void draw_key(void)
{
    if (chance.keyed)
        return;
    if (supply_entropy(chance.key, sizeof chance.key) != 0) {
        chance.key[0] = board_seed();
        chance.key[1] = ~board_seed();
    }
    chance.keyed = true;
}

static uint32_t rotate(uint32_t value, unsigned left)
{
    return value << left | value >> (32 - left);
}

static void mix(uint32_t v[4], unsigned rounds)
{
    while (rounds-- > 0) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 5) ^ v[0];
        v[3] = rotate(v[3], 8) ^ v[2];
        v[0] = rotate(v[0], 16);
        v[0] += v[3];
        v[2] += v[1];
        v[3] = rotate(v[3], 7) ^ v[0];
        v[1] = rotate(v[1], 13) ^ v[2];
        v[2] = rotate(v[2], 16);
    }
}

static void add_word(uint32_t v[4], uint32_t word)
{
    v[3] ^= word;
    mix(v, 2);
    v[0] ^= word;
}

static uint32_t hash(const uint32_t *words, size_t n)
{
    uint32_t v[4] = {chance.key[0], chance.key[1], 0x6c796765u ^ chance.key[0],
                     0x74656462u ^ chance.key[1]};

    for (size_t i = 0; i < n; i++)
        add_word(v, words[i]);
    add_word(v, (uint32_t)(4 * n) << 24);
    v[2] ^= 0xFFu;
    mix(v, 4);
    return v[1] ^ v[3];
}

uint32_t lwip_board_rand(void)
{
    draw_key();
    chance.drawn++;
    return hash(&chance.drawn, 1);
}

#if LWIP_IPV6
static uint32_t hash_address(const ip_addr_t *address)
{
    return IP_IS_V6(address) ? hash(ip_2_ip6(address)->addr, 4)
                             : ip_2_ip4(address)->addr;
}
#else
static uint32_t hash_address(const ip_addr_t *address)
{
    return address->addr;
}
#endif

/* RFC 6528: a clock of 4 us, and a hash of the four. */
uint32_t lwip_board_isn(const void *local_addr, uint16_t local_port,
                        const void *remote_addr, uint16_t remote_port)
{
    draw_key();
    const uint32_t four[3] = {hash_address(local_addr),
                              hash_address(remote_addr),
                              (uint32_t)local_port << 16 | remote_port};

    return hash(four, 3) + board_ms() * 250u;
}

void lwip_board_assert(const char *what)
{
    board_die(what);
}
