/* SPDX-License-Identifier: MIT */
/* send() and recv() on the virtual clock. */
#include "support.h"

#include <string.h>

#include "lwip/stats.h"
#include "lwip/tcp.h"

#include "lwurl_config.h"

#include "coop/coop.h"

#include "peers.h"
#include "virtual.h"

static int connected_to_peer(uint16_t tcp_port)
{
    struct lwurl_addr to = peer(tcp_port);

    return connected_to(&to);
}

static void receive_exactly(int fd, void *p, size_t n)
{
    size_t done = 0;

    while (done < n) {
        int got = receive(fd, (char *)p + done, n - done);

        assert_true(got > 0);
        done += (size_t)got;
    }
}

static void nothing_there_is_no_error(void **state)
{
    int fd = connected_to_peer(PORT_ECHO);
    char byte;

    (void)state;
    assert_int_equal(port.recv(port.ctx, fd, &byte, 1), 0);
    assert_int_equal(port.recv(port.ctx, fd, &byte, 1), 0);
    port.close(port.ctx, fd, 0);
}

static void echoes_byte_by_byte(void **state)
{
    int fd = connected_to_peer(PORT_ECHO);
    size_t i;

    (void)state;
    for (i = 0; i < 300; i++) {
        uint8_t out = pattern(i), in;

        send_all(fd, &out, 1);
        receive_exactly(fd, &in, 1);
        assert_int_equal(in, out);
    }
    port.close(port.ctx, fd, 0);
}

/* A segment's bytes can be read in pieces, and a piece can span segments. */
static void reads_in_any_pieces(void **state)
{
    int fd = connected_to_peer(PORT_SOURCE);
    uint8_t bytes[3000];
    size_t done = 0, piece = 1, i;

    (void)state;
    while (done < 60000) {
        receive_exactly(fd, bytes, piece);
        for (i = 0; i < piece; i++)
            assert_int_equal(bytes[i], pattern(done + i));
        done += piece;
        piece = piece % sizeof bytes * 3 % sizeof bytes + 1;
    }
    port.close(port.ctx, fd, 1);
}

/* As many segments as are there, and not the end behind them. */
static void reads_segments_at_once(void **state)
{
    int fd = connected_to_peer(PORT_DRIP);
    uint8_t bytes[TCP_MSS + 4];

    (void)state;
    coop_sleep_ms(200);
    assert_int_equal(port.recv(port.ctx, fd, bytes, sizeof bytes), 4);
    assert_memory_equal(bytes, "drip", 4);
    assert_int_equal(receive(fd, bytes, sizeof bytes), LWURL_PORT_EOF);
    port.close(port.ctx, fd, 0);
}

/* No part of one that may not fit. */
static void reads_no_part_of_the_next_segment(void **state)
{
    int fd = connected_to_peer(PORT_DRIP);
    uint8_t bytes[TCP_MSS];

    (void)state;
    coop_sleep_ms(200);
    assert_int_equal(port.recv(port.ctx, fd, bytes, sizeof bytes), 1);
    port.close(port.ctx, fd, 0);
}

static void slices_leave_in_one_segment(void **state)
{
    struct lwurl_str slices[LWURL_SLICES];
    int fd = connected_to_peer(PORT_HOLD);
    unsigned before, i;

    (void)state;
    for (i = 0; i < LWURL_SLICES; i++)
        slices[i] = (struct lwurl_str){"0123456789abcdefghij", 5 + i};
    coop_sleep_ms(500); /* delayed ACK of the handshake */
    before = lwip_stats.tcp.xmit;
    assert_int_equal(port.send(port.ctx, fd, slices, LWURL_SLICES),
                     LWURL_SLICES * 5 + LWURL_SLICES * (LWURL_SLICES - 1) / 2);
    assert_int_equal(lwip_stats.tcp.xmit, before + 1);
    peers.release = true;
    port.close(port.ctx, fd, 0);
    coop_sleep_ms(100);
    assert_int_equal(peers.got_n,
                     LWURL_SLICES * 5 + LWURL_SLICES * (LWURL_SLICES - 1) / 2);
}

/* TCP_NODELAY: a record does not wait for the ACK of the one before. */
static void small_sends_leave_at_once(void **state)
{
    int fd = connected_to_peer(PORT_HOLD);
    unsigned before;

    (void)state;
    coop_sleep_ms(500);
    before = lwip_stats.tcp.xmit;
    send_all(fd, "a", 1);
    send_all(fd, "b", 1);
    assert_in_range(lwip_stats.tcp.xmit, before + 2, before + 3); /* ACK */
    peers.release = true;
    port.close(port.ctx, fd, 0);
    coop_sleep_ms(100);
}

static void more_slices_than_fit_are_left(void **state)
{
    struct lwurl_str slices[LWURL_SLICES + 3];
    int fd = connected_to_peer(PORT_ECHO);
    char bytes[LWURL_SLICES];
    unsigned i;

    (void)state;
    for (i = 0; i < LWIP_ARRAYSIZE(slices); i++)
        slices[i] = (struct lwurl_str){&"abcdefghijklmnopqrstuvwxyz"[i], 1};
    assert_int_equal(port.send(port.ctx, fd, slices, LWIP_ARRAYSIZE(slices)),
                     LWURL_SLICES);
    receive_exactly(fd, bytes, sizeof bytes);
    assert_memory_equal(bytes, "abcdefghijklmnopqrstuvwxyz", sizeof bytes);
    port.close(port.ctx, fd, 0);
}

static void full_window_takes_part_then_nothing(void **state)
{
    static uint8_t bytes[PATTERN_N];
    struct lwurl_str all = {(const char *)bytes, sizeof bytes};
    int fd = connected_to_peer(PORT_HOLD);
    size_t done, i;
    uint32_t before;
    int took;

    (void)state;
    for (i = 0; i < sizeof bytes; i++)
        bytes[i] = pattern(i);
    took = port.send(port.ctx, fd, &all, 1);
    assert_in_range(took, 1, TCP_SND_BUF);
    for (done = (size_t)took; took > 0; done += (size_t)took) {
        port.wait(port.ctx, fd, LWURL_PORT_WRITE, 1000);
        all = (struct lwurl_str){(const char *)bytes + done, PATTERN_N - done};
        took = port.send(port.ctx, fd, &all, 1);
        assert_true(took >= 0);
    }
    assert_in_range(done, TCP_WND, TCP_WND + TCP_SND_BUF);
    before = port.now_ms(port.ctx);
    port.wait(port.ctx, fd, LWURL_PORT_WRITE, 400);
    assert_int_equal(port.now_ms(port.ctx) - before, 400);
    peers.release = true;
    send_all(fd, bytes + done, sizeof bytes - done);
    port.close(port.ctx, fd, 0);
    coop_sleep_ms(10000);
    assert_int_equal(peers.got_n, PATTERN_N);
    assert_true(peers.got_hash == hash_of_pattern(PATTERN_N));
}

static void receives_a_megabyte(void **state)
{
    int fd = connected_to_peer(PORT_SOURCE);
    uint64_t h = HASH_START;
    uint8_t bytes[1460];
    size_t total = 0;
    int got;

    (void)state;
    while ((got = receive(fd, bytes, sizeof bytes)) > 0) {
        h = hash(h, bytes, (size_t)got);
        total += (size_t)got;
    }
    assert_int_equal(got, LWURL_PORT_EOF);
    assert_int_equal(total, PATTERN_N);
    assert_true(h == hash_of_pattern(PATTERN_N));
    port.close(port.ctx, fd, 0);
}

/* Both directions at once, as fast as they go. */
static void echoes_a_megabyte(void **state)
{
    int fd = connected_to_peer(PORT_ECHO);
    uint64_t h = HASH_START;
    size_t sent = 0, got = 0, i;

    (void)state;
    while (got < PATTERN_N) {
        uint8_t bytes[900];
        size_t n = PATTERN_N - sent;
        struct lwurl_str out = {(const char *)bytes, n < 900 ? n : 900};
        int moved = 0;

        for (i = 0; i < out.n; i++)
            bytes[i] = pattern(sent + i);
        if (out.n > 0)
            moved = port.send(port.ctx, fd, &out, 1);
        assert_true(moved >= 0);
        sent += (size_t)moved;
        moved = port.recv(port.ctx, fd, bytes, sizeof bytes);
        assert_true(moved >= 0);
        h = hash(h, bytes, (size_t)moved);
        got += (size_t)moved;
        port.wait(port.ctx, fd,
                  sent < PATTERN_N ? LWURL_PORT_READ | LWURL_PORT_WRITE
                                   : LWURL_PORT_READ,
                  1000);
    }
    assert_true(h == hash_of_pattern(PATTERN_N));
    port.close(port.ctx, fd, 0);
}

static void half_closed_still_sends(void **state)
{
    int fd = connected_to_peer(PORT_HALF);
    char bytes[8];

    (void)state;
    assert_int_equal(receive(fd, bytes, sizeof bytes), 5);
    assert_memory_equal(bytes, "hello", 5);
    assert_int_equal(receive(fd, bytes, sizeof bytes), LWURL_PORT_EOF);
    send_all(fd, "still here", 10);
    assert_int_equal(port.recv(port.ctx, fd, bytes, 1), LWURL_ERR_RESET);
    port.close(port.ctx, fd, 0);
    coop_sleep_ms(100);
    assert_int_equal(peers.got_n, 10);
    assert_int_equal(peers.got_error, 0);
}

static void bytes_come_before_the_reset(void **state)
{
    int fd = connected_to_peer(PORT_RESET);
    struct lwurl_str out = {"x", 1};
    char bytes[32];

    (void)state;
    send_all(fd, "lost bytes", 10);
    coop_sleep_ms(100);
    assert_int_equal(receive(fd, bytes, sizeof bytes), 10);
    assert_memory_equal(bytes, "last words", 10);
    assert_int_equal(receive(fd, bytes, 1), LWURL_ERR_RESET);
    assert_int_equal(receive(fd, bytes, 1), LWURL_ERR_RESET);
    assert_int_equal(port.send(port.ctx, fd, &out, 1), LWURL_ERR_RESET);
    port.close(port.ctx, fd, 0);
}

static void send_sees_the_reset_too(void **state)
{
    int fd = connected_to_peer(PORT_RESET);
    struct lwurl_str out = {"x", 1};
    char byte;

    (void)state;
    send_all(fd, "lost bytes", 10);
    coop_sleep_ms(100);
    assert_int_equal(port.send(port.ctx, fd, &out, 1), LWURL_ERR_RESET);
    assert_int_equal(port.send(port.ctx, fd, &out, 1), LWURL_ERR_RESET);
    assert_int_equal(receive(fd, &byte, 1), 1);
    port.close(port.ctx, fd, 0);
}

int run_data_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_there_is_no_error),
        cmocka_unit_test(echoes_byte_by_byte),
        cmocka_unit_test(reads_in_any_pieces),
        cmocka_unit_test(reads_segments_at_once),
        cmocka_unit_test(reads_no_part_of_the_next_segment),
        cmocka_unit_test(slices_leave_in_one_segment),
        cmocka_unit_test(small_sends_leave_at_once),
        cmocka_unit_test(more_slices_than_fit_are_left),
        cmocka_unit_test(full_window_takes_part_then_nothing),
        cmocka_unit_test(receives_a_megabyte),
        cmocka_unit_test(echoes_a_megabyte),
        cmocka_unit_test(half_closed_still_sends),
        cmocka_unit_test(bytes_come_before_the_reset),
        cmocka_unit_test(send_sees_the_reset_too),
    };

    return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
