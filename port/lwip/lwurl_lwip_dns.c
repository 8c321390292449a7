/* SPDX-License-Identifier: MIT */
/*
 * Names on lwIP. Its DNS cannot be cancelled and will call back, so the place
 * that it writes to is the port's own and static, and stays taken until then,
 * wanted or not: a late answer finds it as it was and nobody looks at it.
 */
#include "lwip/opt.h"

#include <stdbool.h>
#include <string.h>

#include "lwip/def.h"
#include "lwip/dns.h"
#include "lwip/priv/tcpip_priv.h"

#include "lwurl_lwip.h"

#if !LWIP_DNS
#error "lwipopts.h: set LWIP_DNS 1 (and LWIP_UDP 1), port/lwip asks lwIP"
#endif
#if !LWIP_IPV4 && !LWIP_IPV6
#error "lwipopts.h: set LWIP_IPV4 1 or LWIP_IPV6 1"
#endif

/* What attempt 0 and 1 of a name ask for; families that lwIP was built
   without, or that LWIP_DNS_ADDRTYPE_DEFAULT leaves out, are not asked. */
enum {
    BOTH = LWIP_IPV4 && LWIP_IPV6 &&
           (LWIP_DNS_ADDRTYPE_DEFAULT == LWIP_DNS_ADDRTYPE_IPV4_IPV6 ||
            LWIP_DNS_ADDRTYPE_DEFAULT == LWIP_DNS_ADDRTYPE_IPV6_IPV4),
    FIRST_IS_6 = LWIP_DNS_ADDRTYPE_DEFAULT == LWIP_DNS_ADDRTYPE_IPV6 ||
                 LWIP_DNS_ADDRTYPE_DEFAULT == LWIP_DNS_ADDRTYPE_IPV6_IPV4
};

static u8_t family_of(unsigned attempt)
{
    return FIRST_IS_6 == (attempt == 0) ? LWIP_DNS_ADDRTYPE_IPV6
                                        : LWIP_DNS_ADDRTYPE_IPV4;
}

/* --------------------------------------------------------------- addresses */

#if LWIP_IPV4
static void from_ip4(const ip_addr_t *ip, struct lwurl_addr *out)
{
    out->family = 4;
    memcpy(out->bytes, ip_2_ip4(ip), 4);
}
#else
static void from_ip4(const ip_addr_t *ip, struct lwurl_addr *out)
{
    (void)ip;
    (void)out;
}
#endif

#if LWIP_IPV6
static void from_ip6(const ip_addr_t *ip, struct lwurl_addr *out)
{
    out->family = 6;
    out->zone = ip6_addr_zone(ip_2_ip6(ip));
    memcpy(out->bytes, ip_2_ip6(ip)->addr, 16);
}

/* lwIP takes a zone that no interface has for no zone, and would then choose an
   interface itself. */
static bool lost_zone(const char *text, const ip_addr_t *ip)
{
    return strchr(text, '%') != NULL &&
           ip6_addr_lacks_zone(ip_2_ip6(ip), IP6_UNICAST);
}
#else
static void from_ip6(const ip_addr_t *ip, struct lwurl_addr *out)
{
    (void)ip;
    (void)out;
}

static bool lost_zone(const char *text, const ip_addr_t *ip)
{
    (void)text;
    (void)ip;
    return true;
}
#endif

/* Four decimal numbers without leading zeros. The shorter, octal and hex forms
   that lwIP takes read differently elsewhere, which is how filters are fooled.
 */
static bool is_dotted_quad(const char *p)
{
    const char *number = p;
    unsigned dots = 0;

    for (; *p != '\0'; p++) {
        if (*p == '.') {
            dots++;
            number = p + 1;
        } else if (!lwip_isdigit(*p) || (*number == '0' && p != number)) {
            return false;
        }
    }
    return dots == 3;
}

static bool is_strict(const char *text, const ip_addr_t *ip)
{
    return IP_IS_V6(ip) ? !lost_zone(text, ip) : is_dotted_quad(text);
}

/* ------------------------------------------------------------------ asking */

static void answer(const char *name, const ip_addr_t *ip, void *arg)
{
    struct lwurl_lwip_lookup *lookup = arg;
    SYS_ARCH_DECL_PROTECT(was);

    (void)name;
    SYS_ARCH_PROTECT(was);
    lookup->found = ip != NULL;
    if (ip != NULL)
        lookup->address = *ip;
    lookup->asking = 0;
    SYS_ARCH_UNPROTECT(was);
    sys_sem_signal(&lookup->owner->moved);
}

struct ask_call {
    struct tcpip_api_call_data base; /* first: lwIP hands out a pointer to it */
    struct lwurl_lwip_lookup *lookup;
    const char *text;
    unsigned attempt;
};

/* In lwIP's context: literals too, their zone names an interface. */
static err_t ask(struct tcpip_api_call_data *base)
{
    const struct ask_call *call = (const struct ask_call *)base;
    struct lwurl_lwip_lookup *lookup = call->lookup;
    err_t err = ERR_VAL;

    lookup->asking = 1; /* the answer may come before lwIP returns */
    if (ipaddr_aton(call->text, &lookup->address)) {
        if (call->attempt == 0 && is_strict(call->text, &lookup->address))
            err = ERR_OK;
    } else if (strchr(call->text, ':') == NULL && call->attempt <= BOTH) {
        err = dns_gethostbyname_addrtype(call->text, &lookup->address, answer,
                                         lookup, family_of(call->attempt));
    }
    if (err == ERR_INPROGRESS)
        return ERR_OK;
    lookup->found = err == ERR_OK;
    lookup->asking = 0;
    return err;
}

/* ----------------------------------------------------------------- contract */

static bool is_asking(const struct lwurl_lwip_lookup *lookup)
{
    bool asking;
    SYS_ARCH_DECL_PROTECT(was);

    SYS_ARCH_PROTECT(was);
    asking = lookup->asking;
    SYS_ARCH_UNPROTECT(was);
    return asking;
}

/* A free place, or LWURL_LWIP_LOOKUPS. */
static int find_place(const struct lwurl_lwip *lw)
{
    int i;

    for (i = 0; i < LWURL_LWIP_LOOKUPS; i++) {
        if (!lw->lookups[i].wanted && !lw->lookups[i].asking)
            break;
    }
    return i;
}

/* 0 with *slot set: asked. 0 without: no place yet. */
static int start(struct lwurl_lwip *lw, int *slot, struct lwurl_str name,
                 unsigned attempt)
{
    char text[DNS_MAX_NAME_LENGTH];
    struct ask_call call;
    int place = find_place(lw);
    err_t err;

    if (place == LWURL_LWIP_LOOKUPS)
        return 0;
    if (name.n >= sizeof text)
        return LWURL_ERR_DNS;
    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    call.lookup = &lw->lookups[place];
    call.lookup->owner = lw;
    call.text = text;
    call.attempt = attempt;
    err = tcpip_api_call(ask, &call.base);
    if (err != ERR_OK)
        return err == ERR_MEM ? LWURL_ERR_STACK : LWURL_ERR_DNS;
    call.lookup->wanted = 1;
    *slot = place;
    return 0;
}

int lwurl_lwip_resolve(void *ctx, int *slot, struct lwurl_str name,
                       unsigned attempt, struct lwurl_addr *out)
{
    struct lwurl_lwip *lw = ctx;
    struct lwurl_lwip_lookup *lookup;
    int err;

    if (*slot == LWURL_PORT_NONE) {
        err = start(lw, slot, name, attempt);
        if (*slot == LWURL_PORT_NONE)
            return err;
    }
    lookup = &lw->lookups[*slot];
    if (is_asking(lookup))
        return 0;
    lookup->wanted = 0;
    *slot = LWURL_PORT_NONE;
    if (!lookup->found)
        return LWURL_ERR_DNS;
    memset(out, 0, sizeof *out);
    if (IP_IS_V6(&lookup->address))
        from_ip6(&lookup->address, out);
    else
        from_ip4(&lookup->address, out);
    return 1;
}

void lwurl_lwip_resolve_cancel(void *ctx, int slot)
{
    struct lwurl_lwip *lw = ctx;

    if (slot != LWURL_PORT_NONE)
        lw->lookups[slot].wanted = 0;
}
