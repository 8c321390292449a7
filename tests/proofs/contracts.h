/* SPDX-License-Identifier: MIT */
/*
 * Contracts of functions that many others call. The proof of the same name has
 * to show that the function keeps it; in the proofs of other files, the
 * contract stands for the function.
 */
#ifndef TESTS_PROOFS_CONTRACTS_H
#define TESTS_PROOFS_CONTRACTS_H

/* Room in a slot for any four texts whose lengths it can tell: so whatever is
   in the memory of a jar is one. It is a setting like any other. */
#define LWURL_COOKIE_TEXT 1020

#include "handlers/jar.h"
#include "text/bytes.h"
#include "text/date.h"
#include "text/path.h"
#include "text/proof.h"
#include "text/split.h"
#include "text/url.h"
#include "text/str.h"

#ifdef __CPROVER__

#define RESULT                      __CPROVER_return_value
#define IMPLIES(if_this, then_that) (!(if_this) || (then_that))
#define OLD(of)                     __CPROVER_old(of)

/* No slice is longer in the prover's model. */
#define IS_GOOD_MAX 0x200000

/* All of s can be read. */
#define IS_GOOD(s) ((s).n == 0 || __CPROVER_r_ok((s).p, (s).n))

/* Cut out of the n bytes at p, or absent. */
#define IS_CUT(s, of_p, of_n) ((s).n == 0 || LIES_IN(s, of_p, of_n))

/* A sink to which so many bytes can still be put: beyond its end they are
   counted. */
#define IS_SINK(s, most)                                    \
    (((s)->max == 0 || __CPROVER_w_ok((s)->p, (s)->max)) && \
     (s)->n <= SIZE_MAX - (most))

/* More was put to it, at least and at most that. */
#define HAS_GROWN(s, least, most) \
    ((s)->n >= OLD((s)->n) + (least) && (s)->n <= OLD((s)->n) + (most))

/* The text ends at the end of its array. */
#define IS_TEXT(p) (__CPROVER_r_ok(p, 1) && (p)[TEXT_MAX(p) - 1] == '\0')

/* What is in a slot fits it. */
#define IS_SLOT(s)                                               \
    ((s)->name_n + (s)->value_n + (s)->domain_n + (s)->path_n <= \
     LWURL_COOKIE_TEXT)

#define IS_IN_SLOT(s, slot) \
    (IS_CUT(s, (slot)->text, (size_t)LWURL_COOKIE_TEXT) && (s).n <= UINT8_MAX)

#define ARE_SLOTS(jar)                                          \
    ((jar)->slots_n <= IS_GOOD_MAX / sizeof((jar)->slots[0]) && \
     __CPROVER_w_ok((jar)->slots, (jar)->slots_n * sizeof((jar)->slots[0])))

#define IS_COOKIE(c)                                                      \
    (IS_GOOD((c)->name) && IS_GOOD((c)->value) && IS_GOOD((c)->domain) && \
     IS_GOOD((c)->path))

/* clang-format off */

bool str_equal(struct lwurl_str a, struct lwurl_str b)
__CPROVER_requires(IS_GOOD(a) && IS_GOOD(b))
__CPROVER_assigns()
__CPROVER_ensures(IMPLIES(RESULT, a.n == b.n));

bool str_same(struct lwurl_str a, struct lwurl_str b)
__CPROVER_requires(IS_GOOD(a) && IS_GOOD(b))
__CPROVER_assigns()
__CPROVER_ensures(IMPLIES(RESULT, a.n == b.n));

bool is_token_char(unsigned char c)
__CPROVER_assigns();

bool str_is(struct lwurl_str s, const char *text)
__CPROVER_requires(IS_GOOD(s) && IS_TEXT(text))
__CPROVER_assigns()
__CPROVER_ensures(IMPLIES(RESULT, s.n < TEXT_MAX(text)))
__CPROVER_ensures(IMPLIES(RESULT && text[0] != '\0', s.n > 0));

size_t str_find(struct lwurl_str s, char c)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns()
__CPROVER_ensures(RESULT <= s.n)
__CPROVER_ensures(IMPLIES(RESULT < s.n, s.p[RESULT] == c));

struct lwurl_str str_trim_start(struct lwurl_str s)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns()
__CPROVER_ensures(LIES_IN(RESULT, s.p, s.n));

struct lwurl_str str_trim_end(struct lwurl_str s)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns()
__CPROVER_ensures(RESULT.p == s.p && RESULT.n <= s.n);

struct lwurl_str str_trim(struct lwurl_str s)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns()
__CPROVER_ensures(LIES_IN(RESULT, s.p, s.n));

struct lwurl_str str_strip(struct lwurl_str s)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns()
__CPROVER_ensures(LIES_IN(RESULT, s.p, s.n));

bool str_number(struct lwurl_str s, uint64_t *out)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns(*out)
__CPROVER_ensures(RESULT ? s.n > 0 : *out == 0);

bool str_next(struct lwurl_str *list, struct lwurl_str *element)
__CPROVER_requires(IS_GOOD(*list))
__CPROVER_assigns(*list, *element)
__CPROVER_ensures(LIES_IN(*list, OLD(list->p), OLD(list->n)))
__CPROVER_ensures(LIES_IN(*element, OLD(list->p), OLD(list->n)))
__CPROVER_ensures(RESULT == (element->n > 0))
__CPROVER_ensures(list->n + element->n <= OLD(list->n))
__CPROVER_ensures(IMPLIES(RESULT, list->n < OLD(list->n)));

bool date_parse(struct lwurl_str s, int64_t *unix_s)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns(*unix_s);

unsigned char str_unquote(struct lwurl_str s, size_t *at)
__CPROVER_requires(IS_GOOD(s) && *at < s.n)
__CPROVER_assigns(*at)
__CPROVER_ensures(*at > OLD(*at) && *at <= s.n);

struct lwurl_str url_scheme(struct lwurl_str url)
__CPROVER_requires(IS_GOOD(url))
__CPROVER_assigns()
__CPROVER_ensures(RESULT.n == 0 || (RESULT.p == url.p && RESULT.n < url.n));

size_t url_scheme_n(const char *p, size_t n)
__CPROVER_requires(n == 0 || __CPROVER_r_ok(p, n))
__CPROVER_assigns()
__CPROVER_ensures(RESULT == 0 || RESULT < n);

size_t url_find_bad(struct lwurl_str s)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns()
__CPROVER_ensures(RESULT <= s.n);

int url_authority(struct lwurl_str text, struct url *out, int32_t *at)
__CPROVER_requires(IS_GOOD(text))
__CPROVER_assigns(out->host, out->port, out->bracketed, *at)
__CPROVER_ensures(RESULT == LWURL_OK || RESULT == LWURL_ERR_NO_HOST ||
                  RESULT == LWURL_ERR_URL)
__CPROVER_ensures(LIES_IN(out->host, text.p, text.n))
__CPROVER_ensures(IMPLIES(RESULT == LWURL_OK, out->host.n > 0))
__CPROVER_ensures(IMPLIES(RESULT == LWURL_ERR_URL,
                          *at >= 0 && (size_t)*at <= text.n));

/* Where it fails, nothing is known of *out. */
int url_split(struct lwurl_str url, struct url *out, int32_t *at)
__CPROVER_requires(IS_GOOD(url))
__CPROVER_assigns(*out, *at)
__CPROVER_ensures(RESULT == LWURL_OK || RESULT == LWURL_ERR_NO_HOST ||
                  RESULT == LWURL_ERR_URL)
__CPROVER_ensures(IMPLIES(RESULT == LWURL_OK,
                          LIES_IN(out->scheme, url.p, url.n) &&
                          IS_CUT(out->userinfo, url.p, url.n) &&
                          LIES_IN(out->host, url.p, url.n) &&
                          LIES_IN(out->target, url.p, url.n)))
__CPROVER_ensures(IMPLIES(RESULT == LWURL_OK,
                          out->scheme.n > 0 && out->host.n > 0))
__CPROVER_ensures(IMPLIES(RESULT == LWURL_ERR_URL,
                          *at >= 0 && (size_t)*at <= url.n));

bool lwurl_is_ipv6(struct lwurl_str host)
__CPROVER_requires(IS_GOOD(host))
__CPROVER_assigns();

/* Out of the text of a URL, whatever it holds. */
int lwurl_urlsplit(struct lwurl_str url, struct lwurl_split *out)
__CPROVER_requires(IS_GOOD(url))
__CPROVER_assigns(*out)
__CPROVER_ensures(IS_CUT(out->scheme, url.p, url.n))
__CPROVER_ensures(IS_CUT(out->netloc, url.p, url.n))
__CPROVER_ensures(IS_CUT(out->path, url.p, url.n))
__CPROVER_ensures(IS_CUT(out->query, url.p, url.n))
__CPROVER_ensures(IS_CUT(out->fragment, url.p, url.n))
__CPROVER_ensures(IS_CUT(out->username, url.p, url.n))
__CPROVER_ensures(IS_CUT(out->password, url.p, url.n))
__CPROVER_ensures(IS_CUT(out->hostname, url.p, url.n))
__CPROVER_ensures(IS_CUT(out->port, url.p, url.n));

bool scheme_is_in(struct lwurl_str scheme, const char *list)
__CPROVER_requires(IS_GOOD(scheme) && IS_TEXT(list))
__CPROVER_assigns();

struct lwurl_str split_cut_params(struct lwurl_str scheme,
                                  struct lwurl_str *path)
__CPROVER_requires(IS_GOOD(scheme) && IS_GOOD(*path))
__CPROVER_assigns(path->n)
__CPROVER_ensures(path->n <= OLD(path->n))
__CPROVER_ensures(IS_CUT(RESULT, path->p, OLD(path->n)));

void split_write_scheme(const struct lwurl_split *parts, struct sink *s)
__CPROVER_requires(IS_GOOD(parts->scheme) &&
                   IS_SINK(s, parts->scheme.n + 1))
__CPROVER_assigns(SINK(s))
__CPROVER_ensures(HAS_GROWN(s, parts->scheme.n, parts->scheme.n + 1));

void split_write_tail(const struct lwurl_split *parts, struct sink *s)
__CPROVER_requires(IS_GOOD(parts->query) && IS_GOOD(parts->fragment) &&
                   IS_SINK(s, parts->query.n + parts->fragment.n + 2))
__CPROVER_assigns(SINK(s))
__CPROVER_ensures(HAS_GROWN(s, 0, parts->query.n + parts->fragment.n + 2));

void split_write(const struct lwurl_split *parts, struct lwurl_str params,
                 struct sink *s)
__CPROVER_requires(IS_GOOD(parts->scheme) && IS_GOOD(parts->netloc) &&
                   IS_GOOD(parts->path) && IS_GOOD(parts->query) &&
                   IS_GOOD(parts->fragment) && IS_GOOD(params))
__CPROVER_requires(IS_SINK(s, 8 * IS_GOOD_MAX))
__CPROVER_assigns(SINK(s))
__CPROVER_ensures(s->n >= OLD(s->n));

void sink_str(struct sink *s, struct lwurl_str text)
__CPROVER_requires(IS_GOOD(text) && IS_SINK(s, text.n))
__CPROVER_assigns(SINK(s))
__CPROVER_ensures(HAS_GROWN(s, text.n, text.n));

void sink_escape(struct sink *s, unsigned char c)
__CPROVER_requires(IS_SINK(s, 3))
__CPROVER_assigns(SINK(s))
__CPROVER_ensures(HAS_GROWN(s, 3, 3));

uint64_t take_number(const unsigned char **p, unsigned n)
__CPROVER_requires(n <= 8 && __CPROVER_r_ok(*p, n))
__CPROVER_assigns(*p)
__CPROVER_ensures(*p == OLD(*p) + n)
__CPROVER_ensures(n == 8 || RESULT >> (8 * n) == 0);

void jar_view(const struct lwurl_cookie_slot *slot, struct lwurl_cookie *out)
__CPROVER_requires(__CPROVER_r_ok(slot, sizeof *slot) && IS_SLOT(slot))
__CPROVER_assigns(*out)
__CPROVER_ensures(IS_IN_SLOT(out->name, slot) && IS_IN_SLOT(out->value, slot))
__CPROVER_ensures(IS_IN_SLOT(out->domain, slot) && IS_IN_SLOT(out->path, slot));

bool jar_alive(const struct lwurl_jar *jar,
               const struct lwurl_cookie_slot *slot)
__CPROVER_requires(__CPROVER_r_ok(slot, sizeof *slot))
__CPROVER_assigns();

uint32_t jar_now(const struct lwurl_jar *jar)
__CPROVER_assigns();

void jar_remove(struct lwurl_jar *jar, const struct lwurl_cookie *cookie)
__CPROVER_requires(ARE_SLOTS(jar) && IS_COOKIE(cookie))
__CPROVER_assigns(jar->slots_n > 0: __CPROVER_object_whole(jar->slots));

int lwurl_jar_put(struct lwurl_jar *jar, const struct lwurl_cookie *cookie)
__CPROVER_requires(ARE_SLOTS(jar) && IS_COOKIE(cookie))
__CPROVER_assigns(jar->order, jar->dropped)
__CPROVER_assigns(jar->slots_n > 0: __CPROVER_object_whole(jar->slots));

bool lwurl_jar_next(const struct lwurl_jar *jar, size_t *at,
                    struct lwurl_cookie *out)
__CPROVER_requires(ARE_SLOTS(jar) && *at <= jar->slots_n)
__CPROVER_assigns(*at, *out)
__CPROVER_ensures(*at >= OLD(*at))
__CPROVER_ensures(!RESULT || (IS_COOKIE(out) && *at > OLD(*at) &&
                              *at <= jar->slots_n))
__CPROVER_ensures(!RESULT || out->name.n <= UINT8_MAX)
__CPROVER_ensures(!RESULT || out->value.n <= UINT8_MAX)
__CPROVER_ensures(!RESULT || out->domain.n <= UINT8_MAX)
__CPROVER_ensures(!RESULT || out->path.n <= UINT8_MAX);

size_t path_resolve(char *p, size_t n, bool merged)
__CPROVER_requires(n == 0 || __CPROVER_w_ok(p, n))
__CPROVER_assigns(n > 0: __CPROVER_object_whole(p))
__CPROVER_ensures(RESULT <= n);

/* clang-format on */

#endif

#endif
