/* SPDX-License-Identifier: MIT */
/*
 * A fleet in one process, on a virtual clock: devices, each a real lwurl over a
 * port of its own, and one server of limited capacity. They poll it, lose power
 * together, and come back together.
 */
#ifndef FLEET_H
#define FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLEET_SECONDS_MAX 3600u

struct fleet_plan {
    unsigned devices;
    bool manners;
    uint64_t seed;
    unsigned capacity;  /* good answers a second */
    unsigned seconds;   /* of the whole simulation */
    uint32_t power_ms;  /* when it comes back; it goes 60 s before */
    uint32_t period_ms; /* between polls */
};

/* What the server saw and the devices got. */
struct fleet_result {
    unsigned requests[FLEET_SECONDS_MAX]; /* in each second */
    unsigned good[FLEET_SECONDS_MAX];     /* of them, answered 200 */
    unsigned served[FLEET_SECONDS_MAX];   /* devices that have had an answer
                                             since the power came back */
    unsigned refused, reset;              /* 503s; connections dropped, since */
    unsigned tries_max;                   /* most requests that one device made
                                             before its answer */
    unsigned skipped; /* fetches that a breaker or a budget kept back */
    uint64_t requests_until_served;
    uint32_t last_ms; /* the last device's answer; 0: some have none */
};

/* Runs it. */
void fleet_run(const struct fleet_plan *plan, struct fleet_result *result);

/* ------------------------------------------------- between its parts: time */

enum fleet_event { EVENT_POWER, EVENT_WAKE, EVENT_REQUEST };

extern uint64_t fleet_now_ms;

/* Something is to happen to a device. One EVENT_WAKE counts, the last one. */
void fleet_at(uint64_t ms, enum fleet_event event, unsigned device);

/* ---------------------------------------------------------------- and server
 */

enum server_answer { ANSWER_GOOD, ANSWER_BUSY, ANSWER_RESET };

void server_begin(unsigned capacity);

/* A request arrives: what it gets, and after how many milliseconds. */
enum server_answer server_request(uint32_t *after_ms);

/* --------------------------------------------------------------- and devices
 */

/* Bytes of all that one device has of lwurl, on this machine. */
size_t device_ram(void);

/* They share a plan and a record of what they got. */
void devices_begin(const struct fleet_plan *plan, struct fleet_result *result);
void devices_end(void);

/* The device has power or has it no longer, goes on, is answered. */
void device_power(unsigned device, bool on);
void device_wake(unsigned device);
void device_answer(unsigned device, enum server_answer answer,
                   uint32_t after_ms);

#endif
