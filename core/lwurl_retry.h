/* SPDX-License-Identifier: MIT */
/*
 * Manners of one device among thousands: when a fetch that failed may be tried
 * again, and when it had better not be.
 *
 *     static const struct lwurl_retry_rules rules = {.tries = 5};
 *     static struct lwurl_breaker breakers[2];
 *     static struct lwurl_manners manners = {
 *         .rules = &rules, .breakers = breakers, .breakers_n = 2,
 *     };
 *     static struct lwurl_retry retry = {.manners = &manners};
 *     ... {LWURL_RETRY(&retry), LWURL_HTTP} in the table of the opener
 *     lwurl_manners_seed(&manners, mac, sizeof mac); once
 *
 *     do
 *         err = fetch_config(); open, read, close
 *     while (lwurl_retry_wait(&retry, &u) > 0);
 *
 * What it does
 *  - Waits 0 to base_ms, then 0 to twice that, and so on up to cap_ms: "full
 *    jitter", which leaves no two devices in step. The longest such wait is
 *    what others call the backoff.
 *  - Obeys Retry-After (RFC 9110 10.2.3), in seconds or as a date, and never
 *    comes earlier: up to after_max_s, and spread by up to as much again, for
 *    the others were told the same.
 *  - Repeats only what may be repeated (RFC 9110 9.2.2): errors of the moment,
 *    as lwurl_error() has them, and of a request that is not idempotent only
 *    where it surely was not acted on: nothing of it was sent, or the status
 *    is 408, 425, 429 or 503. LWURL_REPEATABLE says that it does not matter.
 *  - Keeps to day_max retries in any 24 hours, across resets as well where
 *    lwurl_manners_keep() says what to keep them in.
 *  - Stops asking a host that failed fails_max times in a row (a circuit
 *    breaker): for open_ms, and up to as much again, every fetch fails at once
 *    with LWURL_ERR_RETRY. Then one is let through: when it succeeds, so are
 *    the others. The host is that of the request's URL, the port with it.
 *
 * Random numbers come from 4 bytes of state that the application seeds: jitter
 * need not be secret, but it must differ between devices, also where there is
 * no entropy; and the same seed repeats the same waits, in a simulation.
 *
 * Rules
 *  - A struct lwurl_manners is the device's: openers of one task may share it.
 *    A struct lwurl_retry is for one fetch at a time.
 *  - Time is the port's; that its 32 bits wrap does no harm.
 *
 * Stack: 1472 bytes at most, above the port (make stack).
 */
#ifndef LWURL_RETRY_H
#define LWURL_RETRY_H

#include "lwurl.h"
#include "lwurl_port.h"
#include "lwurl_record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------- rules */

#define LWURL_RETRY_NO_LIMIT UINT16_MAX /* for day_max and tries */

/* May lie in flash. 0 means the default that stands behind each. */
struct lwurl_retry_rules {
    uint32_t base_ms;     /* longest first wait; 1,000 */
    uint32_t cap_ms;      /* longest wait, but for Retry-After; 300,000. Never
                             more than 11 days, as the next one */
    uint32_t after_max_s; /* Retry-After is obeyed so far; 86,400 */
    uint32_t open_ms;     /* a host that fails rests so long; 60,000. An hour
                             at most */
    uint16_t tries;       /* of one request, with the first one; 6 */
    uint16_t day_max;     /* retries in any 24 hours; 100. Half of them may
                             come at once */
    uint16_t fails_max;   /* failures in a row before a host rests; 5 */
};

/* A host and how it does. Private, zero at first; 12 bytes. */
struct lwurl_breaker {
    uint32_t host;     /* hash of name and port; 0: free */
    uint32_t until_ms; /* open: when to let one through; closed: last use */
    uint16_t fails;    /* in a row */
};

struct lwurl_manners {
    const struct lwurl_retry_rules *rules;
    /* One for each host that is asked often; a host that finds all taken by
       others that are open has none. NULL, 0: no breaker. */
    struct lwurl_breaker *breakers;
    size_t breakers_n;
    int keep_err; /* of the last write of what is kept, or LWURL_OK */

    /* Private. */
    uint32_t random;
    uint32_t debt_ms;    /* time that pays off the retries made */
    uint32_t debt_at_ms; /* clock when it was so much */
    uint32_t kept_ms;    /* as much of it is kept */
    void (*keep)(struct lwurl_manners *manners); /* NULL: nothing is */
    struct lwurl_records *records;
    uint16_t record_id;
    bool seeded, running; /* debt_at_ms is set */
};

/* Mixes n bytes into the random numbers: a serial number, a MAC address,
   entropy; call it once or several times, before the first fetch. Without a
   seed every fetch is LWURL_ERR_CALL: the whole fleet would be in step. */
void lwurl_manners_seed(struct lwurl_manners *manners, const void *p, size_t n);

/*
 * The retries of 24 hours survive a reset: takes over what the record says, and
 * writes it (4 bytes) before every retry, and while they are paid off about
 * once an hour, from within lwurl_retry_next() and the begin of a fetch.
 * `records` are open; id is for this alone. LWURL_OK, or the error of reading,
 * which is also taken for a budget that is spent. A write that fails costs no
 * fetch, and is made again when the next one begins: see keep_err.
 */
int lwurl_manners_keep(struct lwurl_manners *manners,
                       struct lwurl_records *records, unsigned id);

/* So many milliseconds passed that the port's clock did not count: a sleep
   with the clock off, a reset at a known time. Without it such time does not
   count for the 24 hours. */
void lwurl_manners_slept(struct lwurl_manners *manners, uint32_t ms);

/* ----------------------------------------------------------------- retries */

struct lwurl_retry {
    struct lwurl_manners *manners;
    /* For a Retry-After that is a date, where the response has no Date of its
       own to take it from, which is better; NULL: none. */
    const struct lwurl_clock *clock;

    /* After LWURL_ERR_RETRY: seconds until a fetch may be tried; else 0. */
    uint32_t wait_s;

    /* Private. */
    int64_t after_at_s, date_s; /* Unix time; 0: none */
    uint32_t after_s;           /* UINT32_MAX: none */
    uint32_t host;
    uint16_t retries; /* made of this request */
    int16_t why;      /* it cannot be repeated: LWURL_ERR_*, LWURL_OK: it can */
    bool noted;       /* the fetch was closed, `why` is set */
};

/* A line of the opener; behind cookies and auth. */
extern const struct lwurl_handler_ops lwurl_retry_ops;
/* clang-format off */
#define LWURL_RETRY(state) {&lwurl_retry_ops, (state)}
/* clang-format on */

/*
 * The fetch of `u` ended, well or not, and is closed if it was not: when may
 * the same request be tried again? Call it once for each fetch.
 *
 * > 0: after so many milliseconds. 0: no need, it went well.
 * < 0: not at all, because:
 *   LWURL_ERR_RETRY       the retries of 24 hours are spent, or the host rests:
 *                         retry->wait_s says how long
 *   LWURL_ERR_REPLAY      its body was streamed and cannot come again
 *   LWURL_ERR_MAYBE_SENT  it is not idempotent, and may have been acted on
 *   LWURL_ERR_CALL        LWURL_RETRY(retry) is not in the opener
 *   the fetch's own error: it will not pass, or it was the last try
 */
int lwurl_retry_next(struct lwurl_retry *retry, struct lwurl *u);

/* The same for programs that may wait, which it does, by the port: 1: try again
   now. LWURL_ERR_CANCELED, too: lwurl_cancel() during the wait. */
int lwurl_retry_wait(struct lwurl_retry *retry, struct lwurl *u);

/* Seconds of the last response's Retry-After, after_max_s at most. False where
   it has none, or none that can be read. */
bool lwurl_retry_after(const struct lwurl_retry *retry, uint32_t *s);

/* -------------------------------------------------------------------- polls */

/* A document that is asked for again and again, as a configuration. */
struct lwurl_poll {
    struct lwurl_manners *manners; /* seeded */
    uint32_t period_ms;            /* on average; at most 24 days */
    uint32_t first_ms; /* the first comes within so long; 0: within period_ms */
    bool begun;        /* private */
};

/* Milliseconds until the next poll. The first is anywhere in first_ms, so that
   devices that got power together do not ask together; the others come after
   7/8 to 9/8 of the period, so that they never get into step. `last` is what
   the last poll was retried with, or NULL: none is earlier than its wait_s. */
uint32_t lwurl_poll_next(struct lwurl_poll *poll,
                         const struct lwurl_retry *last);

#ifdef __cplusplus
}
#endif

#endif
