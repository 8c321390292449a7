/* SPDX-License-Identifier: MIT */
/*
 * Challenges and their parameters are both separated by commas: only what
 * follows a word tells what it is. Byte by byte, since a field may be longer
 * than the work buffer.
 *
 *   state    eats               next                 event
 *   GAP      blanks, commas     WORD: all else
 *   WORD     up to a border     AFTER: blank
 *                               GAP: comma           SCHEME
 *                               EQUALS: '='          PARAM
 *   AFTER    blanks             EQUALS: '='          PARAM
 *                               GAP: all else        SCHEME
 *   EQUALS   blanks, '='        QUOTED: quote
 *                               GAP: comma
 *                               TOKEN: all else
 *   TOKEN    up to a border     GAP                  VALUE
 *   QUOTED   up to the quote    GAP                  VALUE
 *                               ESCAPE: backslash    VALUE
 *   ESCAPE   one byte           QUOTED               VALUE
 *
 * A word right behind a scheme, without comma, that no '=' follows is a
 * token68: no event. Progress: a step eats, or leaves the byte to the next one:
 * a border to GAP, all else by AFTER -> GAP -> WORD or EQUALS -> TOKEN: these
 * eat it.
 */
#include "handlers/challenge.h"

#include "text/proof.h"
#include "text/str.h"

enum { GAP, WORD, AFTER, EQUALS, TOKEN, QUOTED, ESCAPE };

void challenge_begin(struct lwurl_challenge *c)
{
    c->state = GAP;
    c->after_scheme = 0;
}

static void eat(struct lwurl_str *in)
{
    in->p++;
    in->n--;
}

static bool is_border(unsigned char c)
{
    return is_blank(c) || c == ',';
}

/* The word is complete and no parameter's name. */
static enum challenge_event end_word(struct lwurl_challenge *c)
{
    bool token68 = c->after_scheme != 0;

    c->state = GAP;
    c->after_scheme = !token68;
    return token68 ? CHALLENGE_MORE : CHALLENGE_SCHEME;
}

static enum challenge_event gap(struct lwurl_challenge *c, struct lwurl_str *in)
{
    if (!is_border((unsigned char)in->p[0])) {
        c->word_n = 0;
        c->state = WORD;
        return CHALLENGE_MORE;
    }
    if (in->p[0] == ',')
        c->after_scheme = 0;
    eat(in);
    return CHALLENGE_MORE;
}

/* In a word, or in the blanks behind it. */
static enum challenge_event word(struct lwurl_challenge *c,
                                 struct lwurl_str *in)
{
    char byte = in->p[0];

    if (byte == '=') {
        eat(in);
        c->state = EQUALS;
        c->after_scheme = 0;
        return CHALLENGE_PARAM;
    }
    if (byte == ',' || (c->state == AFTER && !is_blank((unsigned char)byte)))
        return end_word(c);
    eat(in);
    if (is_blank((unsigned char)byte))
        c->state = AFTER;
    else if (c->word_n < sizeof c->word)
        c->word[c->word_n++] = byte;
    return CHALLENGE_MORE;
}

/* Single quotes are no quotes in RFC 9110, but servers send them and urllib
   reads them. A second '=' is the end of a token68. */
static enum challenge_event equals(struct lwurl_challenge *c,
                                   struct lwurl_str *in)
{
    char byte = in->p[0];

    if (byte == ',') {
        c->state = GAP;
    } else if (byte == '"' || byte == '\'') {
        c->quote = (uint8_t)byte;
        c->state = QUOTED;
        eat(in);
    } else if (byte == '=' || is_blank((unsigned char)byte)) {
        eat(in);
    } else {
        c->state = TOKEN;
    }
    return CHALLENGE_MORE;
}

/* Takes n bytes as a piece of the value. */
static enum challenge_event value(struct lwurl_str *in, struct lwurl_str *piece,
                                  size_t n)
{
    *piece = str_cut(*in, 0, n);
    *in = str_cut(*in, n, SIZE_MAX);
    return n > 0 ? CHALLENGE_VALUE : CHALLENGE_MORE;
}

static enum challenge_event token(struct lwurl_challenge *c,
                                  struct lwurl_str *in, struct lwurl_str *piece)
{
    size_t n = 0;

    while (n < in->n && !is_border((unsigned char)in->p[n]))
        LOOP_HOLDS(n <= in->n, in->n - n)
    {
        n++;
    }
    if (n < in->n)
        c->state = GAP;
    return value(in, piece, n);
}

static enum challenge_event quoted(struct lwurl_challenge *c,
                                   struct lwurl_str *in,
                                   struct lwurl_str *piece)
{
    size_t n = 0;

    while (n < in->n && (unsigned char)in->p[n] != c->quote && in->p[n] != '\\')
        LOOP_HOLDS(n <= in->n, in->n - n)
    {
        n++;
    }
    if (n > 0)
        return value(in, piece, n);
    c->state = in->p[0] == '\\' ? ESCAPE : GAP;
    eat(in);
    return CHALLENGE_MORE;
}

static enum challenge_event step(struct lwurl_challenge *c,
                                 struct lwurl_str *in, struct lwurl_str *piece)
{
    switch (c->state) {
    case GAP:
        return gap(c, in);
    case EQUALS:
        return equals(c, in);
    case TOKEN:
        return token(c, in, piece);
    case QUOTED:
        return quoted(c, in, piece);
    case ESCAPE:
        c->state = QUOTED;
        return value(in, piece, 1);
    default:
        return word(c, in);
    }
}

enum challenge_event challenge_next(struct lwurl_challenge *c,
                                    struct lwurl_str *in,
                                    struct lwurl_str *piece)
{
    enum challenge_event event = CHALLENGE_MORE;

    while (in->n > 0 && event == CHALLENGE_MORE)
        event = step(c, in, piece);
    if (event != CHALLENGE_VALUE)
        *piece = (struct lwurl_str){c->word, c->word_n};
    return event;
}

enum challenge_event challenge_end(struct lwurl_challenge *c,
                                   struct lwurl_str *piece)
{
    bool open = c->state == WORD || c->state == AFTER;

    *piece = (struct lwurl_str){c->word, c->word_n};
    return open ? end_word(c) : CHALLENGE_MORE;
}
