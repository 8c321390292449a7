/* SPDX-License-Identifier: MIT */
#include "shrink.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "plan.h"

#define MEMBER(of, m, neutral)                                         \
    {                                                                  \
#m, offsetof(struct of, m), sizeof((struct of *)0)->m, neutral \
    }

struct member {
    const char *name;
    size_t at, n;
    uint64_t neutral;
};

static const struct member link_members[] = {
    MEMBER(plan_link, delay_us, 1000), MEMBER(plan_link, jitter_us, 0),
    MEMBER(plan_link, lost, 0),        MEMBER(plan_link, doubled, 0),
    MEMBER(plan_link, broken, 0),
};

static const struct member resource_members[] = {
    MEMBER(plan_resource, fault, FAULT_NONE),
    MEMBER(plan_resource, fault_at, 0),
    MEMBER(plan_resource, fault_once, 0),
    MEMBER(plan_resource, pause_ms, 0),
    MEMBER(plan_resource, kind, STATUS_OK),
    MEMBER(plan_resource, framing, BY_LENGTH),
    MEMBER(plan_resource, body_n, 5),
    MEMBER(plan_resource, piece_n, 3000),
    MEMBER(plan_resource, relative, 1),
    MEMBER(plan_resource, wants_password, 0),
    MEMBER(plan_resource, closes, 0),
    MEMBER(plan_resource, just_closes, 0),
    MEMBER(plan_resource, early, 0),
};

static const struct member fetch_members[] = {
    MEMBER(plan_fetch, skip, 1),
    MEMBER(plan_fetch, host, HOST_A),
    MEMBER(plan_fetch, deadline_ms, 300000),
    MEMBER(plan_fetch, idle_ms, 0),
    MEMBER(plan_fetch, work_n, 2128),
    MEMBER(plan_fetch, read_max, 4000),
    MEMBER(plan_fetch, post_n, 0),
    MEMBER(plan_fetch, pause_ms, 0),
    MEMBER(plan_fetch, cancel_at, 0),
    MEMBER(plan_fetch, secure, 0),
    MEMBER(plan_fetch, login, 0),
    MEMBER(plan_fetch, stepwise, 0),
    MEMBER(plan_fetch, ends, 0),
    MEMBER(plan_fetch, leaves_early, 0),
    MEMBER(plan_fetch, before_ms, 0),
};

static const struct member plan_members[] = {
    MEMBER(plan, start_us, 0),
    MEMBER(plan, tasks_n, 1),
};

static const struct member tls_members[] = {
    MEMBER(plan_tls, fault, FAULT_NONE), MEMBER(plan_tls, fault_at, 0),
    MEMBER(plan_tls, fault_conn, 0),     MEMBER(plan_tls, pause_ms, 0),
    MEMBER(plan_tls, record_n, 16413),   MEMBER(plan_tls, known_key, 1),
    MEMBER(plan_tls, resumes, 0),        MEMBER(plan_tls, server_resumes, 0),
    MEMBER(plan_tls, no_entropy, 0),     MEMBER(plan_tls, quiet_end, 0),
};

static const struct member want_members[] = {MEMBER(plan_want, n, 0)};

#define N(array) (sizeof(array) / sizeof(array)[0])

/* Structs of the plan, and how many of each there are. */
static const struct group {
    const char *name;
    const struct member *members;
    size_t members_n;
    void *first;
    size_t size, n;
} groups[] = {
    {"fetch", fetch_members, N(fetch_members), plan.fetches,
     sizeof plan.fetches[0], FETCHES_MAX},
    {"plan", plan_members, N(plan_members), &plan, 0, 1},
    {"link", link_members, N(link_members), plan.link, sizeof plan.link[0], 2},
    {"want", want_members, N(want_members), &plan.want, 0, 1},
    {"tls", tls_members, N(tls_members), &plan.tls, 0, 1},
    {"resource", resource_members, N(resource_members), plan.resources,
     sizeof plan.resources[0], RESOURCES_N},
};

struct field {
    const struct group *group;
    const struct member *member;
    size_t which;
};

size_t shrink_fields(void)
{
    size_t n = 0;

    for (size_t g = 0; g < N(groups); g++)
        n += groups[g].members_n * groups[g].n;
    return n;
}

/* i < shrink_fields(). */
static struct field field_of(size_t i)
{
    const struct group *g = groups;

    for (; i >= g->members_n * g->n; g++)
        i -= g->members_n * g->n;
    return (struct field){g, &g->members[i % g->members_n], i / g->members_n};
}

static unsigned char *place_of(const struct field *f)
{
    return (unsigned char *)f->group->first + f->which * f->group->size +
           f->member->at;
}

static uint64_t read_field(const struct field *f)
{
    const unsigned char *p = place_of(f);
    uint64_t eight = 0;
    uint32_t four = 0;
    uint16_t two = 0;

    if (f->member->n == 1)
        return *p;
    if (f->member->n == sizeof two) {
        memcpy(&two, p, sizeof two);
        return two;
    }
    if (f->member->n == sizeof four) {
        memcpy(&four, p, sizeof four);
        return four;
    }
    memcpy(&eight, p, sizeof eight);
    return eight;
}

void shrink_field(size_t i)
{
    const struct field f = field_of(i);
    const uint64_t eight = f.member->neutral;
    const uint32_t four = (uint32_t)eight;
    const uint16_t two = (uint16_t)eight;
    const uint8_t one = (uint8_t)eight;
    const void *const values[] = {&one, &two, &four, &eight};
    size_t n = f.member->n;

    memcpy(place_of(&f), values[n == 1 ? 0 : n == 2 ? 1 : n == 4 ? 2 : 3], n);
}

void shrink_name(size_t i, char *out, size_t max)
{
    const struct field f = field_of(i);

    if (f.group->n > 1)
        snprintf(out, max, "%s%u.%s", f.group->name, (unsigned)f.which,
                 f.member->name);
    else
        snprintf(out, max, "%s.%s", f.group->name, f.member->name);
}

size_t shrink_find(const char *name, size_t n)
{
    char known[64];
    size_t i = 0;

    for (; i < shrink_fields(); i++) {
        shrink_name(i, known, sizeof known);
        if (strlen(known) == n && memcmp(known, name, n) == 0)
            break;
    }
    return i;
}

bool shrink_is_neutral(size_t i, bool print)
{
    const struct field f = field_of(i);
    uint64_t value = read_field(&f);
    char name[64];

    if (value == f.member->neutral)
        return true;
    shrink_name(i, name, sizeof name);
    if (print)
        printf("    %s = %llu\n", name, (unsigned long long)value);
    return false;
}
