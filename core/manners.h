/* SPDX-License-Identifier: MIT */
/* What the parts of lwurl_retry.h need of each other. */
#ifndef LWURL_MANNERS_H
#define LWURL_MANNERS_H

#include "lwurl_retry.h"

/* A rule, or its default. */
static inline uint32_t rule_or(uint32_t rule, uint32_t is)
{
    return rule != 0 ? rule : is;
}

/* 0 to `most`, each as likely. */
uint32_t manners_random(struct lwurl_manners *m, uint32_t most);

/* The longest wait before the retry that follows so many others. */
uint32_t backoff_ceiling(const struct lwurl_retry_rules *rules,
                         unsigned retries);

/* A retry is wanted: takes it from the budget and returns 0, or milliseconds
   until there will be one. */
uint32_t budget_spend(struct lwurl_manners *m, uint32_t now_ms);

/* Time goes by: debts are paid off. */
void budget_pay(struct lwurl_manners *m, uint32_t now_ms);

/* Which host a URL is for: a hash, never 0, or 0 for a URL without host. */
uint32_t breaker_host(struct lwurl_str url);

/* Milliseconds that the host still rests; 0: it may be asked. */
uint32_t breaker_left(const struct lwurl_manners *m, uint32_t host,
                      uint32_t now_ms);

/* The same for a fetch that begins: the one that is let through. */
uint32_t breaker_ask(struct lwurl_manners *m, uint32_t host, uint32_t now_ms);

/* How a fetch of it went. */
void breaker_note(struct lwurl_manners *m, uint32_t host, bool good,
                  uint32_t now_ms);

/* Retry-After and Date of the response at hand: forgets them, reads a field. */
void after_clear(struct lwurl_retry *r);
void after_field(struct lwurl_retry *r, const struct lwurl_field *f);

#endif
