/* SPDX-License-Identifier: MIT */
/* ftp: URLs against servers that follow a script, core/schemes/ftp*.c.
   tests/integration/ftp has real ones, beside CPython. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_ftp.h"

#define REPLIES_MAX 14

/* replies[i] is said after i commands. */
struct dialogue {
    const char *url;
    const char *replies[REPLIES_MAX];
    const char *data;  /* NULL: no data connection */
    const char *heard; /* all commands, or NULL: not looked at */
    const char *fields;
    int err;
    long detail;
};

#define LOGIN      "220 hi\r\n", "331 password\r\n", "230 in\r\n"
#define UP_TO_TYPE LOGIN, "250 there\r\n", "200 type\r\n"
#define PASSIVE    "227 Entering Passive Mode (10,9,8,7,4,1).\r\n"
#define ANONYMOUS  "USER anonymous\r\nPASS anonymous@\r\n"

static const struct dialogue good[] = {
    /* What urllib sends, and SIZE. */
    {"ftp://h/d1/d2/f.txt",
     {UP_TO_TYPE, "213 5\r\n", PASSIVE, "150 go\r\n226 done\r\n"},
     "hello",
     ANONYMOUS "CWD d1/d2\r\nTYPE I\r\nSIZE f.txt\r\nPASV\r\nRETR f.txt\r\n",
     ": \nContent-type: text/plain\nContent-length: 5\n",
     LWURL_OK,
     0},
    /* No SIZE: the length of the 150; no CWD: ".". No type is known. */
    {"ftp://h/f",
     {UP_TO_TYPE, "502 what?\r\n", PASSIVE,
      /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one reply */
      "150 Opening BINARY mode data connection for f (5 bytes).\r\n"
      "226 done\r\n"},
     "hello",
     ANONYMOUS "CWD .\r\nTYPE I\r\nSIZE f\r\nPASV\r\nRETR f\r\n",
     ": \nContent-length: 5\n",
     LWURL_OK,
     0},
    /* No length at all. 125 and 250 are as good as 150 and 226. */
    {"ftp://h/f.html;TYPE=I",
     {UP_TO_TYPE, "550 no\r\n", PASSIVE, "125 go\r\n250 done\r\n"},
     "hello",
     NULL,
     ": \nContent-type: text/html\n",
     LWURL_OK,
     0},
    /* As text; a length is not to be trusted then. */
    {"ftp://h//etc/%66%20%3b.c;x=y;type=A",
     {UP_TO_TYPE, PASSIVE, "150 go (4 bytes)\r\n226 done\r\n"},
     "a\r\nb\r\n",
     ANONYMOUS "CWD /etc\r\nTYPE A\r\nPASV\r\nRETR f ;.c\r\n",
     ": \nContent-type: text/plain\n",
     LWURL_OK,
     0},
    /* Listings. */
    {"ftp://h",
     {UP_TO_TYPE, PASSIVE, "150 go\r\n226 done\r\n"},
     "total 0\r\n",
     ANONYMOUS "CWD .\r\nTYPE A\r\nPASV\r\nLIST\r\n",
     ": \n",
     LWURL_OK,
     0},
    {"ftp://h/d1/d2/",
     {UP_TO_TYPE, PASSIVE, "150 go\r\n226 done\r\n"},
     "",
     ANONYMOUS "CWD d1/d2\r\nTYPE A\r\nPASV\r\nLIST\r\n",
     ": \n",
     LWURL_OK,
     0},
    {"ftp://h/%2Fa/b.txt;type=d#x",
     {UP_TO_TYPE, PASSIVE, "150 go\r\n226 done\r\n"},
     "",
     ANONYMOUS "CWD /a/b.txt\r\nTYPE A\r\nPASV\r\nLIST\r\n",
     ": \n",
     LWURL_OK,
     0},
    /* Passwords of the URL, percent-decoded; none is asked for; none is
       given. */
    {"ftp://me%40x:p%3Aw@h/f",
     {UP_TO_TYPE, "213 0\r\n", PASSIVE, "150 go\r\n226 done\r\n"},
     "",
     "USER me@x\r\nPASS p:w\r\nCWD .\r\nTYPE I\r\nSIZE f\r\nPASV\r\n"
     "RETR f\r\n",
     ": \nContent-length: 0\n",
     LWURL_OK,
     0},
    {"ftp://me@h/f?q/r",
     {"220 hi\r\n", "230 in\r\n", "250 there\r\n", "200 type\r\n", "213 3\r\n",
      PASSIVE, "150 go\r\n226 done\r\n"},
     "abc",
     "USER me\r\nCWD f?q\r\nTYPE I\r\nSIZE r\r\nPASV\r\nRETR r\r\n",
     ": \nContent-length: 3\n",
     LWURL_OK,
     0},
    {"ftp://me@h/f",
     {UP_TO_TYPE, "213 0\r\n", PASSIVE, "150 go\r\n226 done\r\n"},
     "",
     "USER me\r\nPASS \r\nCWD .\r\nTYPE I\r\nSIZE f\r\nPASV\r\nRETR f\r\n",
     ": \nContent-length: 0\n",
     LWURL_OK,
     0},
    {"ftp://:x@h/f",
     {UP_TO_TYPE, "213 0\r\n", PASSIVE, "150 go\r\n226 done\r\n"},
     "",
     ANONYMOUS "CWD .\r\nTYPE I\r\nSIZE f\r\nPASV\r\nRETR f\r\n",
     ": \nContent-length: 0\n",
     LWURL_OK,
     0},
    /* PASV refused: EPSV. */
    {"ftp://h/f",
     {UP_TO_TYPE, "213 1\r\n", "522 use the other\r\n",
      "229 Entering Extended Passive Mode (|||1025|)\r\n",
      "150 go\r\n226 done\r\n"},
     "x",
     ANONYMOUS "CWD .\r\nTYPE I\r\nSIZE f\r\nPASV\r\nEPSV\r\nRETR f\r\n",
     ": \nContent-length: 1\n",
     LWURL_OK,
     0},
    /* Replies of several lines, some of which look like the last one; codes
       alone; LF alone; a server that is not ready yet. */
    {"ftp://h/f",
     /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one reply */
     {"120 soon\r\n220-hi\r\n 220 not yet\r\n221 nor now\r\n220-nor\r\n"
      "2200 nor\r\n22\r\n\r\n220 now\r\n",
      "331\n", "230-\r\n230\r\n", "250-a\n250 b\n", "200 \r\n", "213 1 \r\n",
      "227 10,9,8,7,4,1\r\n", "150-go\r\n150 on\r\n226-a\r\n226 done\r\n"},
     "x",
     NULL,
     ": \nContent-length: 1\n",
     LWURL_OK,
     0},
    /* Lines that are longer than the work buffer: their end counts. */
    {"ftp://h/f",
     {"220-0123456789012345678901234567890123456789012345678901234567890123456"
      "7890123456789012345678901234567890123456789012345678901234567890123456"
      "789 220 not yet\r\n220 hi\r\n",
      "331 0123456789012345678901234567890123456789012345678901234567890123456"
      "7890123456789012345678901234567890123456789012345678901234567890123456"
      "7890123456789012345678901234567890123456789012345678901234567890123456"
      "7890123456789012345678901234567890123456789012345678901234567890123456"
      "7890123456789012345678901234567890123456789012345678901234567890\r\n",
      "230 in\r\n", "250 there\r\n", "200 type\r\n", "502 what?\r\n", PASSIVE,
      "150 Opening BINARY mode data connection for /home/0123456789012345678901"
      "2345678901234567890123456789012345678901234567890123456789012345678901 "
      "(2 bytes).\r\n226 done\r\n"},
     "ab",
     NULL,
     ": \nContent-length: 2\n",
     LWURL_OK,
     0},
    /* A length that is none. */
    {"ftp://h/f",
     {UP_TO_TYPE, "502 what?\r\n", PASSIVE,
      "150 f (five bytes)\r\n226 done\r\n"},
     "hello",
     NULL,
     ": \n",
     LWURL_OK,
     0},
    {"ftp://h/f",
     {UP_TO_TYPE, "502 what?\r\n", PASSIVE, "150 f (5 lines)\r\n226 done\r\n"},
     "hello",
     NULL,
     ": \n",
     LWURL_OK,
     0},
    /* A name that begins with a question mark, and no path before it. */
    {"ftp://h?q",
     {UP_TO_TYPE, "213 5\r\n", PASSIVE, "150 go\r\n226 done\r\n"},
     "hello",
     ANONYMOUS "CWD .\r\nTYPE I\r\nSIZE ?q\r\nPASV\r\nRETR ?q\r\n",
     ": \nContent-length: 5\n",
     LWURL_OK,
     0},
};

static const struct dialogue bad[] = {
    /* Refusals, in every place. */
    {.url = "ftp://h/f",
     .replies = {"421 full\r\n"},
     .err = LWURL_ERR_FTP,
     .detail = 421},
    {.url = "ftp://h/f",
     .replies = {"220 hi\r\n", "530 no\r\n"},
     .err = LWURL_ERR_LOGIN,
     .detail = 530},
    {.url = "ftp://h/f",
     .replies = {"220 hi\r\n", "421 bye\r\n"},
     .err = LWURL_ERR_FTP,
     .detail = 421},
    {.url = "ftp://h/f",
     .replies = {"220 hi\r\n", "331 pw\r\n",
                 "530-n\r\n"
                 "530 no\r\n"},
     .err = LWURL_ERR_LOGIN,
     .detail = 530},
    {.url = "ftp://h/f",
     .replies = {"220 hi\r\n", "331 pw\r\n", "332 account\r\n"},
     .err = LWURL_ERR_LOGIN,
     .detail = 332},
    {.url = "ftp://h/d/f",
     .replies = {LOGIN, "550 no\r\n"},
     .heard = ANONYMOUS "CWD d\r\n",
     .err = LWURL_ERR_FTP,
     .detail = 550},
    {.url = "ftp://h/d/",
     .replies = {LOGIN, "530 no\r\n"},
     .heard = ANONYMOUS "CWD d\r\n",
     .err = LWURL_ERR_FTP,
     .detail = 530},
    {.url = "ftp://h/f",
     .replies = {LOGIN, "250 a\r\n", "504 no\r\n"},
     .err = LWURL_ERR_FTP,
     .detail = 504},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 x\r\n"},
     .err = LWURL_ERR_FTP_REPLY,
     .detail = 213},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 18446744073709551616\r\n"},
     .err = LWURL_ERR_FTP_REPLY,
     .detail = 213},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "450 busy\r\n"},
     .err = LWURL_ERR_FTP,
     .detail = 450},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "200 what\r\n"},
     .err = LWURL_ERR_FTP,
     .detail = 200},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "500 b\r\n"},
     .heard = ANONYMOUS "CWD .\r\nTYPE I\r\nSIZE f\r\nPASV\r\nEPSV\r\n",
     .err = LWURL_ERR_FTP,
     .detail = 500},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "425 a\r\n"},
     .err = LWURL_ERR_FTP,
     .detail = 425},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", PASSIVE, "425 no\r\n"},
     .data = "",
     .err = LWURL_ERR_FTP,
     .detail = 425},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", PASSIVE, "226 done\r\n"},
     .data = "",
     .err = LWURL_ERR_FTP,
     .detail = 226},
    /* Which of both it is. */
    {.url = "ftp://h/d/f",
     .replies = {UP_TO_TYPE, "550 dir\r\n", PASSIVE, "550 no\r\n",
                 "250 dir\r\n"},
     .data = "",
     .heard = ANONYMOUS "CWD d\r\nTYPE I\r\nSIZE f\r\nPASV\r\nRETR f\r\n"
                        "CWD f\r\n",
     .err = LWURL_ERR_NOT_FILE},
    {.url = "ftp://h/d/f",
     .replies = {UP_TO_TYPE, "550 no\r\n", PASSIVE, "550 no\r\n", "550 no\r\n"},
     .data = "",
     .err = LWURL_ERR_FTP,
     .detail = 550},
    {.url = "ftp://h/d/f/",
     .replies = {LOGIN, "550 no\r\n", "213 20260101000000\r\n"},
     .heard = ANONYMOUS "CWD d/f\r\nMDTM d/f\r\n",
     .err = LWURL_ERR_NOT_DIRECTORY},
    {.url = "ftp://h/d/f;type=D",
     .replies = {LOGIN, "550 no\r\n", "550 no\r\n"},
     .err = LWURL_ERR_FTP,
     .detail = 550},
    {.url = "ftp://h/d/",
     .replies = {UP_TO_TYPE, PASSIVE, "550 empty\r\n"},
     .data = "",
     .err = LWURL_ERR_FTP,
     .detail = 550},
    /* No replies of ftp. */
    {.url = "ftp://h/f",
     .replies = {"HTTP/1.1 400 Bad\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {"\r\n220 hi\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f", .replies = {"22\r\n"}, .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {"2200 hi\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {"220\thi\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f", .replies = {"020 hi\r\n"}, .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f", .replies = {"600 hi\r\n"}, .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {" 220 hi\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    /* Ports that are none. */
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "227 (1,2,3,4,0,0)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "227 (1,2,3,4,256,1)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "227 (1,2,3,4,4)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "227 10000,2,3,4,4,1\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "227\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "227 (1,2,3,4, 4,1)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "229 (|||65536|)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "229 (||!1025|)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "229 (|||1025!)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "229 (|||1025|\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "229 (|!|1025|)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "229 (   1025 )\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n",
                 "229 (\177\177\1771025\177)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "229 (|||1025|]\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "229 (||||)\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 1\r\n", "500 a\r\n", "229\r\n"},
     .err = LWURL_ERR_FTP_REPLY},
    /* The end of a transfer. */
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "500 a\r\n", PASSIVE, "150 go\r\n426 lost\r\n"},
     .data = "abc",
     .fields = ": \n",
     .err = LWURL_ERR_FTP,
     .detail = 426},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 5\r\n", PASSIVE, "150 go\r\n226 done\r\n"},
     .data = "abc",
     .fields = ": \nContent-length: 5\n",
     .err = LWURL_ERR_INCOMPLETE,
     .detail = 2},
    {.url = "ftp://h/f",
     .replies = {UP_TO_TYPE, "213 2\r\n", PASSIVE, "150 go\r\n226 done\r\n"},
     .data = "abc",
     .fields = ": \nContent-length: 2\n",
     .err = LWURL_ERR_LENGTH},
};

/* --------------------------------------------------------------- one of them
 */

static struct fake f;
static struct fetch t;
static struct lwurl_ftp ftp;
static struct fake_peer peers[2];
static const struct lwurl_handler ftp_only[] = {LWURL_FTP(&ftp)};

static void script(const struct dialogue *d)
{
    memset(peers, 0, sizeof peers);
    peers[0].lines = true;
    for (unsigned i = 0; i < REPLIES_MAX && d->replies[i] != NULL; i++)
        peers[0].says[i] = (struct fake_say){
            .p = d->replies[i], .n = strlen(d->replies[i]), .heads = i};
    peers[0].end = LWURL_PORT_EOF;
    if (d->data != NULL)
        peers[1].says[0] =
            (struct fake_say){.p = d->data, .n = strlen(d->data)};
    peers[1].end = LWURL_PORT_EOF;
}

static void begin(const struct dialogue *d, size_t work_n)
{
    fake_begin(&f, peers, d->data != NULL ? 2 : 1);
    fetch_init(&t, &f, work_n);
    t.opener.handlers = ftp_only;
    t.opener.handlers_n = 1;
    memset(&ftp, 0, sizeof ftp);
}

static void run(const struct dialogue *d, size_t work_n, size_t bite,
                uint32_t flags)
{
    struct lwurl_request request = {.url = d->url, .flags = flags};

    begin(d, work_n);
    t.bite = bite;
    fetch_run(&t, &request);
}

/* All that is said of a dialogue is true. */
static void check(const struct dialogue *d)
{
    if (t.got.err != d->err || t.got.detail != d->detail)
        fail_msg("%s, %s...: %s %ld", d->url,
                 d->replies[0] != NULL ? d->replies[0] : "",
                 error_name(t.got.err), t.got.detail);
    assert_string_equal(t.got.fields, d->fields != NULL ? d->fields : "");
    assert_int_equal(t.got.status, 0);
    assert_int_equal(t.got.version, 0);
    if (d->heard != NULL)
        assert_string_equal(heard(&f, 0), d->heard);
    if (d->err == LWURL_OK) {
        assert_string_equal(t.got.body, d->data);
        assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 1);
    }
    if (f.conns_n < 2)
        return;
    assert_memory_equal(f.conns[1].to.bytes, f.conns[0].to.bytes, 16);
    assert_int_equal(f.conns[1].to.family, f.conns[0].to.family);
    assert_int_equal(f.conns[1].to.port, 1025);
    assert_string_equal(heard(&f, 1), "");
}

/* Whole and byte by byte, in both directions, with small and large reads. */
static void in_every_way(const struct dialogue *d)
{
    static const size_t pieces[] = {0, 1, 3}, bites[] = {0, 1, 2};

    for (size_t i = 0; i < 27; i++) {
        script(d);
        peers[0].piece = pieces[i % 3];
        peers[1].piece = pieces[i / 9];
        peers[0].take = pieces[i / 3 % 3];
        run(d, i % 2 != 0 ? LWURL_WORK_MIN : 1000, bites[i % 3],
            LWURL_ASK_FIELDS);
        check(d);
        fetch_end(&t);
    }
}

static void good_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        in_every_way(&good[i]);
}

static void bad_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        in_every_way(&bad[i]);
}

/* ------------------------------------------------------------------- errors */

static size_t script_length(void)
{
    size_t n = 0;

    for (size_t i = 0; i < FAKE_SAYS; i++)
        n += peers[0].says[i].n;
    return n;
}

/* The control connection ends behind every byte, or is reset there: always an
   error, and before the transfer never a response. */
static void cut_anywhere(void **state)
{
    static const int ends[] = {LWURL_PORT_EOF, LWURL_ERR_RESET};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        for (size_t k = 0; k < 2; k++) {
            script(&good[i]);
            size_t all = script_length();
            for (size_t cut = 0; cut < all; cut++) {
                peers[0].cut = 1 + cut;
                peers[0].end = ends[k];
                run(&good[i], LWURL_WORK_MIN, 0, 0);
                bool begun = t.got.turns[LWURL_TURN_RESPONSE] > 0;
                int eof = begun ? LWURL_ERR_INCOMPLETE : LWURL_ERR_DISCONNECTED;
                assert_int_equal(t.got.err, k == 0 ? eof : LWURL_ERR_RESET);
                fetch_end(&t);
            }
        }
}

/* The data connection ends too early. Where nobody said a length, the server
   has to say so; where it did, the missing bytes are known. */
static void cut_data(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < 5; cut++) {
        script(&good[0]);
        peers[1].cut = 1 + cut;
        run(&good[0], LWURL_WORK_MIN, 0, 0);
        assert_int_equal(t.got.err, LWURL_ERR_INCOMPLETE);
        assert_int_equal(t.got.detail, 5 - cut);
        assert_int_equal(t.got.body_n, cut);
        assert_int_equal(t.got.phase, LWURL_PHASE_BODY);
        fetch_end(&t);
        peers[1].end = LWURL_ERR_RESET;
        run(&good[0], LWURL_WORK_MIN, 1, 0);
        assert_int_equal(t.got.err, LWURL_ERR_RESET);
        fetch_end(&t);
    }
}

/* Each call of the port fails once: an error, and nothing is left open. */
static void each_call_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        unsigned calls = UINT32_MAX;
        for (unsigned at = 1; at <= calls; at++) {
            struct lwurl_request request = {.url = good[i].url};
            script(&good[i]);
            begin(&good[i], LWURL_WORK_MIN);
            f.names[1].result = LWURL_ERR_DNS;
            f.fail_at = at;
            f.fail_with = LWURL_ERR_UNREACHABLE;
            fetch_run(&t, &request);
            if (f.calls < at)
                calls = f.calls; /* so it did not fail */
            assert_int_equal(t.got.err,
                             f.calls < at ? LWURL_OK : LWURL_ERR_UNREACHABLE);
            fetch_end(&t);
        }
    }
}

/* Silence at every place: the limits are kept, and the phase says where. */
static void silence(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        for (int total = 0; total < 2; total++) {
            struct lwurl_request request = {.url = good[0].url,
                                            .idle_ms = total ? 60000 : 5000,
                                            .deadline_ms = total ? 9000 : 0};
            script(&good[0]);
            for (unsigned k = i; k < FAKE_SAYS; k++)
                peers[0].says[k].n = 0;
            peers[0].end = 0;
            begin(&good[0], LWURL_WORK_MIN);
            fetch_run(&t, &request);
            assert_int_equal(t.got.err,
                             total ? LWURL_ERR_DEADLINE : LWURL_ERR_IDLE);
            assert_int_equal(t.got.phase, LWURL_PHASE_HEAD);
            assert_in_range(f.now, total ? 10000 : 6000, total ? 10020 : 6020);
            fetch_end(&t);
        }
}

/* Of the data connection: it does not come, sends nothing, never ends. */
static void silent_data(void **state)
{
    struct lwurl_request request = {.url = good[0].url, .idle_ms = 5000};

    (void)state;
    for (int i = 0; i < 3; i++) {
        script(&good[0]);
        peers[1].end = 0;
        peers[1].waits = i == 0 ? FAKE_NEVER : 0;
        peers[1].says[0].n = i == 1 ? 2 : 5;
        request.connect_ms = i == 0 ? 1000 : 0;
        begin(&good[0], LWURL_WORK_MIN);
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_ERR_IDLE);
        assert_int_equal(t.got.phase,
                         i == 0 ? LWURL_PHASE_CONNECT : LWURL_PHASE_BODY);
        assert_int_equal(t.got.body_n, i == 0 ? 0 : i == 1 ? 2 : 5);
        assert_in_range(f.now, i == 0 ? 2000 : 6000, i == 0 ? 2020 : 6020);
        fetch_end(&t);
    }
}

static void data_refused(void **state)
{
    (void)state;
    script(&good[0]);
    peers[1].refuse = LWURL_ERR_STACK;
    run(&good[0], LWURL_WORK_MIN, 0, 0);
    assert_int_equal(t.got.err, LWURL_ERR_STACK);
    fetch_end(&t);
    script(&good[0]);
    peers[1].fail = LWURL_ERR_REFUSED;
    run(&good[0], LWURL_WORK_MIN, 0, 0);
    assert_int_equal(t.got.err, LWURL_ERR_REFUSED);
    assert_int_equal(t.got.phase, LWURL_PHASE_CONNECT);
    assert_int_equal(f.resolves, 1);
    assert_int_equal(f.conns_n, 2);
    fetch_end(&t);
}

/* The command connection takes no more: what the server said meanwhile is
   why. */
static void send_fails(void **state)
{
    (void)state;
    for (size_t room = 1; room < 60; room++) {
        script(&good[0]);
        peers[0].room = room;
        peers[0].send_end = LWURL_ERR_RESET;
        run(&good[0], LWURL_WORK_MIN, 0, 0);
        assert_int_equal(t.got.err, LWURL_ERR_RESET);
        fetch_end(&t);
    }
    script(&good[0]);
    peers[0].says[1] = (struct fake_say){SAY("421 timeout\r\n", 0)};
    peers[0].says[1].after = 4;
    peers[0].room = 4;
    peers[0].send_end = LWURL_ERR_RESET;
    run(&good[0], LWURL_WORK_MIN, 0, 0);
    assert_int_equal(t.got.err, LWURL_ERR_FTP);
    assert_int_equal(t.got.detail, 421);
    fetch_end(&t);
    peers[0].says[1].p = "331 pass\r\n"; /* no reason to hang up */
    peers[0].says[1].n = 10;
    run(&good[0], LWURL_WORK_MIN, 0, 0);
    assert_int_equal(t.got.err, LWURL_ERR_RESET);
    fetch_end(&t);
}

/* An answer to nothing, where it can be seen: nothing is sent after it. */
static void unasked(void **state)
{
    static const struct dialogue d = {.url = "ftp://h/f",
                                      .replies = {"220 a\r\n331 b\r\n"},
                                      .heard = "",
                                      .err = LWURL_ERR_FTP_REPLY};

    (void)state;
    script(&d);
    run(&d, LWURL_WORK_MIN, 0, 0);
    check(&d);
    fetch_end(&t);
}

/* A server that talks for ever. */
static void endless_reply(void **state)
{
    static char junk[LWURL_HEAD_MAX + 1000];

    (void)state;
    for (int lines = 0; lines < 2; lines++) {
        script(&good[0]);
        for (size_t i = 0; i < sizeof junk; i++)
            junk[i] = lines != 0 && i % 50 == 0 ? '\n' : '-';
        peers[0].says[0] = (struct fake_say){SAY("220-hi\r\n", 0)};
        peers[0].says[1] = (struct fake_say){.p = junk, .n = sizeof junk};
        run(&good[0], LWURL_WORK_MIN, 0, 0);
        assert_int_equal(t.got.err, LWURL_ERR_HEAD_LIMIT);
        fetch_end(&t);
    }
}

/* ------------------------------------------------------------------ stopped */

static unsigned waits_left;

static void cancel_later(struct fake *fake)
{
    (void)fake;
    if (waits_left-- == 0)
        lwurl_cancel(&t.u);
}

static void cancel_anywhere(void **state)
{
    struct lwurl_request request = {.url = good[0].url};
    unsigned n = 0;

    (void)state;
    do {
        script(&good[0]);
        peers[0].piece = 4;
        peers[1].piece = 1;
        begin(&good[0], LWURL_WORK_MIN);
        f.during_wait = cancel_later;
        waits_left = n++;
        fetch_run(&t, &request);
        if (t.got.err != LWURL_OK)
            assert_int_equal(t.got.err, LWURL_ERR_CANCELED);
        fetch_end(&t);
    } while (t.got.err != LWURL_OK);
    assert_in_range(n, 30, 1000);
}

/* Closed after any number of steps; then the same memory serves again. */
static void close_anywhere(void **state)
{
    struct lwurl_request request = {.url = good[0].url};
    int turn = 0;

    (void)state;
    for (unsigned n = 0; turn != LWURL_TURN_DONE; n++) {
        script(&good[0]);
        peers[0].piece = 4;
        begin(&good[0], LWURL_WORK_MIN);
        assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
        for (unsigned i = 0; i < n && turn >= 0; i++) {
            struct lwurl_wants wants;
            char c;
            turn = lwurl_step(&t.u);
            if (turn == LWURL_TURN_BODY)
                (void)lwurl_take(&t.u, &c, 1);
            lwurl_wants(&t.u, &wants);
            if (turn == LWURL_TURN_WAIT && wants.ms > 0)
                f.port.wait(&f, wants.fd, wants.events, wants.ms);
        }
        assert_true(turn >= 0);
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&f), 0);
        assert_null(ftp.owner);
        fetch_end(&t);
    }
}

/* ------------------------------------------------------------------- the URL
 */

static void refused_urls(void **state)
{
    static const struct {
        const char *url;
        int err;
        long detail;
    } urls[] = {
        {"ftp:///f", LWURL_ERR_NO_HOST, 0},
        {"ftp:f", LWURL_ERR_NO_HOST, 0},
        {"ftp://h:x/f", LWURL_ERR_URL, 8},
        {"ftp://h/a b", LWURL_ERR_URL, 9},
        {"ftp://h/a%0d%0aDELE%20x", LWURL_ERR_URL, 9},
        {"ftp://h/a%0A/f", LWURL_ERR_URL, 9},
        {"ftp://h/f%00", LWURL_ERR_URL, 9},
        {"ftp://h/f;type=x", LWURL_ERR_URL, 15},
        {"ftp://h/f;type=", LWURL_ERR_URL, 15},
        {"ftp://h/f;type=ii", LWURL_ERR_URL, 15},
        {"ftp://h/f;type=i;type=q", LWURL_ERR_URL, 22},
        {"ftp://h/d/;type=i", LWURL_ERR_NOT_FILE, 0},
        {"ftp://u%0ax@h/f", LWURL_ERR_CREDENTIALS, 0},
        {"ftp://u:p%0D@h/f", LWURL_ERR_CREDENTIALS, 0},
        {"ftp://u:p%00@h/f", LWURL_ERR_CREDENTIALS, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct lwurl_request request = {.url = urls[i].url};
        fake_begin(&f, NULL, 0);
        fetch_init(&t, &f, LWURL_WORK_MIN);
        t.opener.handlers = ftp_only;
        t.opener.handlers_n = 1;
        memset(&ftp, 0, sizeof ftp);
        fetch_run(&t, &request);
        if (t.got.err != urls[i].err || t.got.detail != urls[i].detail)
            fail_msg("%s: %s %ld", urls[i].url, error_name(t.got.err),
                     t.got.detail);
        fetch_end(&t);
    }
}

/* A URL much longer than the work buffer and the slices goes out whole. */
static void long_command(void **state)
{
    static char url[1500], expected[1600];
    struct dialogue d = good[0];
    size_t n = (size_t)snprintf(url, sizeof url, "ftp://h/");

    (void)state;
    d.url = url;
    d.fields = ": \nContent-length: 5\n";
    while (n < 1300)
        n += (size_t)snprintf(url + n, sizeof url - n, "%%41bc%%2e");
    for (size_t take = 0; take < 40; take += 13) {
        script(&d);
        peers[0].take = take;
        run(&d, LWURL_WORK_MIN, 0, LWURL_ASK_FIELDS);
        check(&(struct dialogue){
            .url = url, .data = "hello", .fields = d.fields});
        n = (size_t)snprintf(expected, sizeof expected, "%s",
                             ANONYMOUS "CWD .\r\nTYPE I\r\nSIZE ");
        assert_memory_equal(heard(&f, 0), expected, n);
        assert_memory_equal(heard(&f, 0) + n, "Abc.Abc.Abc.", 12);
        const char *end = strstr(heard(&f, 0), "RETR ");
        assert_non_null(end);
        assert_int_equal(strlen(end), 5 + 4 * ((1300 - 8 + 7) / 8) + 2);
        fetch_end(&t);
    }
}

/* --------------------------------------------------------------- the request
 */

/* The request's user wins over the URL's. */
static void users(void **state)
{
    struct lwurl_request request = {
        .url = "ftp://a:b@h/f", .user = "c%41", .password = "d:e"};

    (void)state;
    script(&good[0]);
    begin(&good[0], LWURL_WORK_MIN);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_ptr_equal(strstr(heard(&f, 0), "USER c%41\r\nPASS d:e\r\nCWD "),
                     heard(&f, 0));
    fetch_end(&t);
    request.password = NULL;
    begin(&good[0], LWURL_WORK_MIN);
    fetch_run(&t, &request);
    assert_ptr_equal(strstr(heard(&f, 0), "USER c%41\r\nPASS \r\nCWD "),
                     heard(&f, 0));
    fetch_end(&t);
    request.password = "d\r\nQUIT";
    begin(&good[0], LWURL_WORK_MIN);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_ERR_CREDENTIALS);
    fetch_end(&t);
}

/* IPv6 knows EPSV only, but some servers answer PASV even so. */
static void ipv6(void **state)
{
    struct dialogue d = {"ftp://h/f",
                         {UP_TO_TYPE, "213 1\r\n", "229 (!!!1025!)\r\n",
                          "150 go\r\n226 done\r\n"},
                         "x",
                         ANONYMOUS
                         "CWD .\r\nTYPE I\r\nSIZE f\r\nEPSV\r\nRETR f\r\n",
                         ": \nContent-length: 1\n",
                         LWURL_OK,
                         0};
    struct lwurl_request request = {.url = d.url, .flags = LWURL_ASK_FIELDS};

    (void)state;
    for (int i = 0; i < 2; i++) {
        script(&d);
        begin(&d, LWURL_WORK_MIN);
        f.names[0].result = LWURL_ERR_DNS;
        fetch_run(&t, &request);
        check(&d);
        assert_int_equal(f.conns[1].to.family, 6);
        fetch_end(&t);
        d.replies[6] = "501 what?\r\n";
        d.replies[7] = PASSIVE;
        d.replies[8] = "150 go\r\n226 done\r\n";
        d.heard =
            ANONYMOUS "CWD .\r\nTYPE I\r\nSIZE f\r\nEPSV\r\nPASV\r\nRETR f\r\n";
    }
}

static void names_alone(void **state)
{
    struct dialogue d = good[5];
    struct lwurl_request request = {.url = d.url};

    (void)state;
    script(&d);
    begin(&d, LWURL_WORK_MIN);
    ftp.names = true;
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(heard(&f, 0),
                        ANONYMOUS "CWD d1/d2\r\nTYPE A\r\nPASV\r\nNLST\r\n");
    fetch_end(&t);
    assert_true(ftp.names);
}

/* The blocking calls; and what a request to http has, and ftp does not. */
static void blocking(void **state)
{
    struct lwurl_request request = {.url = good[0].url,
                                    .method = "POST",
                                    .body = "ignored, as by urllib",
                                    .body_n = 7};
    struct lwurl_error e;
    char body[16];
    size_t n;

    (void)state;
    script(&good[0]);
    begin(&good[0], LWURL_WORK_MIN);
    assert_int_equal(lwurl_open(&t.u, &t.opener, &request, t.work, t.work_n),
                     LWURL_OK);
    assert_int_equal(lwurl_length(&t.u), 5);
    assert_int_equal(lwurl_send(&t.u, "x", 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_read(&t.u, body, 2), 2);
    assert_int_equal(lwurl_length(&t.u), 5);
    assert_int_equal(lwurl_read_all(&t.u, body, sizeof body, &n), LWURL_OK);
    assert_int_equal(n, 3);
    assert_memory_equal(body, "llo", 3);
    assert_int_equal(lwurl_read(&t.u, body, 1), 0);
    lwurl_error(&t.u, &e);
    assert_int_equal(e.phase, LWURL_PHASE_DONE);
    lwurl_close(&t.u);
    assert_false(f.conns[0].aborted || f.conns[1].aborted);
    fetch_end(&t);
}

/* RFC 959 4.2: what begins with 4 may be better later. */
static void retry(void **state)
{
    struct dialogue d = {.url = "ftp://h/f"};
    struct lwurl_error e;

    (void)state;
    for (int i = 4; i < 6; i++) {
        d.replies[0] = i == 4 ? "421 full\r\n" : "530 no\r\n";
        script(&d);
        run(&d, LWURL_WORK_MIN, 0, 0);
        lwurl_error(&t.u, &e);
        assert_int_equal(e.code, LWURL_ERR_FTP);
        assert_int_equal(e.retry, i == 4);
        fetch_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones),
        cmocka_unit_test(bad_ones),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(cut_data),
        cmocka_unit_test(each_call_fails),
        cmocka_unit_test(silence),
        cmocka_unit_test(silent_data),
        cmocka_unit_test(data_refused),
        cmocka_unit_test(send_fails),
        cmocka_unit_test(unasked),
        cmocka_unit_test(endless_reply),
        cmocka_unit_test(cancel_anywhere),
        cmocka_unit_test(close_anywhere),
        cmocka_unit_test(refused_urls),
        cmocka_unit_test(long_command),
        cmocka_unit_test(users),
        cmocka_unit_test(ipv6),
        cmocka_unit_test(names_alone),
        cmocka_unit_test(blocking),
        cmocka_unit_test(retry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
