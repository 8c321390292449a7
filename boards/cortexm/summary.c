/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include "tls.h"

extern char ld_ram_used[], ld_ram_size[]; /* their addresses are numbers */

static void print(const char *before, uint32_t value, const char *behind)
{
    console_puts(before);
    console_u32(value);
    console_puts(behind);
}

static const char *const phases[FETCH_PHASES] = {
    [LWURL_PHASE_IDLE] = "begin",      [LWURL_PHASE_RESOLVE] = "name",
    [LWURL_PHASE_CONNECT] = "connect", [LWURL_PHASE_TLS] = "TLS",
    [LWURL_PHASE_SEND] = "request",    [LWURL_PHASE_HEAD] = "response",
    [LWURL_PHASE_BODY] = "body",       [LWURL_PHASE_DONE] = "end",
};

static void print_error(const struct lwurl_error *error)
{
    console_puts("  FAILED ");
    console_puts(phases[error->phase]);
    console_puts(", error ");
    console_i32(error->code);
    console_puts(", detail ");
    console_i32((int32_t)error->detail);
    console_puts("\n");
}

static void print_times(const struct fetch *f)
{
    const uint32_t *ms = f->phase_ms;

    if (f->connected) {
        print("  time   name ", ms[LWURL_PHASE_RESOLVE], ", ");
        print("connect ", ms[LWURL_PHASE_CONNECT], ", ");
        print("TLS ", ms[LWURL_PHASE_TLS], ", ");
    } else {
        console_puts("  time   ");
    }
    print("response ", ms[LWURL_PHASE_SEND] + ms[LWURL_PHASE_HEAD], ", ");
    print("body ", ms[LWURL_PHASE_BODY], ", ");
    print("total ", f->total_ms, " ms\n");
}

static void print_wire(const struct board_eth_stats *wire)
{
    print("  wire   sent ", wire->sent_n, " bytes");
    print(" in ", wire->sent, " frames, ");
    print("received ", wire->received_n, " bytes");
    print(" in ", wire->received, " frames\n");
}

static void print_hex16(uint32_t value)
{
    for (int shift = 12; shift >= 0; shift -= 4)
        console_write(&"0123456789abcdef"[value >> shift & 15u], 1);
}

static void print_tls(void)
{
    struct lwurl_tls_info info;

    lwurl_tls_info(&device_tls, &info);
    if (info.version == 0)
        return;
    print("  TLS    1.", (info.version & 0xFFu) - 1, ", suite 0x");
    print_hex16(info.suite);
    console_puts(info.resumed ? ", resumed\n" : "\n");
}

void summary_fetch(const struct fetch *f)
{
    print("\n  status ", f->error.status, "");
    print(", ", (uint32_t)f->error.bytes, " bytes");
    console_puts(f->connected ? "\n" : ", no new connection\n");
    if (f->error.code != LWURL_OK)
        print_error(&f->error);
    print_times(f);
    print_wire(&f->wire);
    print_tls();
}

static void print_stacks(void)
{
    struct board_stack stack;

    console_puts("  stack  ");
    for (unsigned i = 0; board_stack(i, &stack); i++) {
        console_puts(i == 0 ? "" : ", ");
        console_puts(stack.name);
        print(" ", (uint32_t)stack.used_n, "");
        print(" of ", (uint32_t)(stack.n - BOARD_GUARD_N), "");
    }
    console_puts("\n");
}

void summary_memory(void)
{
    print("  RAM    ", (uint32_t)(uintptr_t)ld_ram_used, " of ");
    print("", (uint32_t)(uintptr_t)ld_ram_size, " bytes: ");
    print("fetch ", (uint32_t)fetch_memory(), ", ");
    print("TLS ", sizeof *device_tls.slot, ", ");
    print("its record ", (uint32_t)device_tls.record_n, "");
    if (device_tls.lent_n > 0)
        print(", lent to it ", (uint32_t)device_tls.lent_n, "");
    console_puts("\n");
    print_stacks();
}
