/* SPDX-License-Identifier: MIT */
/*
 * Elements are opened by their depth alone:
 *
 *   0 Certificate  1 TBSCertificate  2 validity, [3]  3 SEQUENCE in [3]
 *   4 Extension  5 OCTET STRING of the two that matter  6 SEQUENCE in it
 *
 * Everything else is passed over by its length. In TBSCertificate, elements
 * are known by counting the SEQUENCEs: algorithm, issuer, validity, subject,
 * key; no other element of it is one, and none behind the key is counted.
 */
#include "tls/skim.h"

#include <string.h>

#define BOOLEAN    0x01
#define OCTETS     0x04
#define OID        0x06
#define SEQUENCE   0x30
#define EXTENSIONS 0xA3
#define IP_ADDRESS 0x87

#define VALIDITY 3
#define KEY      5

/* skim.extension: 2.5.29.37, 2.5.29.17 */
enum { PURPOSES = 1, NAMES = 2 };

bool skim_start(struct skim *s, uint32_t length)
{
    memset(s, 0, sizeof *s);
    s->end[0] = (uint16_t)(length & 0xffff);
    return length <= UINT16_MAX;
}

static enum skim_event read_oid(struct skim *s)
{
    s->extension = 0;
    if (s->n == 3 && s->value[0] == 0x55 && s->value[1] == 0x1D)
        s->extension = s->value[2] == 37   ? PURPOSES
                       : s->value[2] == 17 ? NAMES
                                           : 0;
    /* RFC 5280 4.2: never twice. */
    if ((s->extension & s->extensions) != 0)
        return SKIM_BROKEN;
    s->extensions |= s->extension;
    return SKIM_NOTHING;
}

/* An element that was not opened is complete. */
static enum skim_event pass(struct skim *s)
{
    switch (s->depth) {
    case 2:
        return s->key ? SKIM_KEY_END : SKIM_NOTHING;
    case 3:
        s->dates++;
        return s->dates == 1   ? SKIM_NOT_BEFORE
               : s->dates == 2 ? SKIM_NOT_AFTER
                               : SKIM_BROKEN;
    case 5:
        if (s->tag == OID)
            return read_oid(s);
        return s->tag == BOOLEAN && s->extension == PURPOSES ? SKIM_CRITICAL
                                                             : SKIM_NOTHING;
    case 7:
        if (s->extension == PURPOSES)
            return SKIM_PURPOSE;
        return s->tag == IP_ADDRESS ? SKIM_ADDRESS : SKIM_NOTHING;
    default:
        return SKIM_NOTHING;
    }
}

static bool opens(const struct skim *s)
{
    switch (s->depth) {
    case 1:
        return s->sequences == 0;
    case 2:
        return s->tag == EXTENSIONS ||
               (s->tag == SEQUENCE && s->sequences == VALIDITY);
    case 3:
        return s->sequences == KEY;
    case 5:
        return s->tag == OCTETS && s->extension != 0;
    case 7:
        return false;
    default:
        return true;
    }
}

/* The element is over; those that end with it are, too. */
static enum skim_event end(struct skim *s)
{
    enum skim_event event = pass(s);

    s->key = false;
    s->step = SKIM_TAG;
    while (s->depth > 0 && s->at == s->end[s->depth])
        s->depth--;
    return event;
}

/* Tag and length are known. What is opened is a SEQUENCE everywhere but at two
   depths, which opens() has looked at. */
static enum skim_event begin(struct skim *s)
{
    if (s->n > s->end[s->depth] - s->at)
        return SKIM_BROKEN;
    s->stop = (uint16_t)(s->at + s->n);
    if (!opens(s)) {
        s->step = SKIM_VALUE;
        return s->n == 0 ? end(s) : SKIM_NOTHING;
    }
    if (s->tag != SEQUENCE && s->depth != 2 && s->depth != 5)
        return SKIM_BROKEN;
    if (s->n == 0)
        return SKIM_BROKEN;
    s->end[++s->depth] = s->stop;
    s->step = SKIM_TAG;
    return SKIM_NOTHING;
}

static enum skim_event take_tag(struct skim *s, unsigned char c)
{
    /* Nothing comes after the one element at depth 0, and no tag that is
       longer than a byte anywhere. */
    if ((s->depth == 0 && s->at > 1) || (c & 0x1F) == 0x1F)
        return SKIM_BROKEN;
    s->tag = c;
    if (s->depth == 2 && c == SEQUENCE && s->sequences <= KEY)
        s->key = ++s->sequences == KEY;
    s->step = SKIM_LENGTH;
    return SKIM_NOTHING;
}

static enum skim_event take_length(struct skim *s, unsigned char c)
{
    s->n = c;
    if (c < 0x80)
        return begin(s);
    s->n = 0;
    s->more = c & 0x7F;
    s->step = SKIM_MORE;
    return s->more == 1 || s->more == 2 ? SKIM_NOTHING : SKIM_BROKEN;
}

static enum skim_event step(struct skim *s, unsigned char c)
{
    unsigned at;

    switch (s->step) {
    case SKIM_TAG:
        return take_tag(s, c);
    case SKIM_LENGTH:
        return take_length(s, c);
    case SKIM_MORE:
        s->n = (uint16_t)(s->n << 8 | c);
        return --s->more == 0 ? begin(s) : SKIM_NOTHING;
    default:
        at = (unsigned)(s->n - (s->stop - s->at) - 1);
        if (at < sizeof s->value)
            s->value[at] = c;
        return SKIM_NOTHING;
    }
}

enum skim_event skim_put(struct skim *s, unsigned char c)
{
    enum skim_event event;

    s->at++;
    event = step(s, c);
    /* A value has bytes, and none but its last says anything. */
    if (s->step == SKIM_VALUE && s->at == s->stop)
        event = end(s);
    return event == SKIM_NOTHING && s->key ? SKIM_KEY : event;
}
