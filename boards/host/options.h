/* SPDX-License-Identifier: MIT */
/* The command line, as plain data. Texts are argv's own. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define WORK_MAX   65536 /* bytes of the buffers that a fetch gets */
#define RECORD_MAX 16413

#define REDIRECTS_MAX 255u

#define GIVEN_MAX 64 /* times that one option, or a URL, may be given */

/* What an option that may be given often collected. */
struct given_list {
    size_t n;
    struct given {
        const char *text;
        int how; /* enum option_how, of the option that gave it */
    } item[GIVEN_MAX];
};

/* What --join asks. */
struct given_pair {
    const char *base, *ref;
};

/* What sets options apart that fill the same list. */
enum option_how { HOW_PLAIN, HOW_DATA, HOW_BINARY, HOW_ENCODED };

struct options {
    struct given_list urls;
    struct given_list outputs;
    struct given_list headers;
    struct given_list data;
    struct given_list form;
    struct given_list resolve;
    struct given_list connect_to;
    struct given_list cookies;
    const char *method;
    const char *user;
    const char *user_agent;
    const char *referer;
    const char *range;
    const char *continue_at; /* of -C */
    const char *sha256;
    const char *upload;
    const char *proxy;
    const char *proxy_user;
    const char *no_proxy;
    const char *cookie_jar;
    const char *cacert;
    const char *cert;
    const char *key;
    const char *ssl_sessions;
    const char *pins;
    const char *write_out;
    const char *dns_server;
    const char *pcap;
    const char *keylog;
    const char *time_cond;
    const char *etag_save;
    const char *etag_compare;
    const char *cache;
    const char *parse;
    const char *quote;
    const char *unquote;
    struct given_pair join;
    uint32_t max_ms;
    uint32_t connect_ms;
    uint32_t idle_ms;
    size_t work_n;   /* bytes of the work buffer */
    size_t record_n; /* bytes of the TLS record buffer */
    size_t redirects_max;
    size_t retries;
    uint32_t retry_delay_ms, retry_max_ms;
    size_t rate;      /* bytes a second; 0: any */
    size_t bytes_max; /* on the wire, of one fetch; 0: any */
    size_t size_max;  /* of a body; 0: any */
    bool head, include, silent, show_error, verbose, fail, http09;
    bool location, downgrade, resend_body, get;
    bool retry_all, retry_refused;
    bool retrieve;
    bool basic, digest, anyauth, proxy_basic, proxy_digest, proxy_anyauth;
    bool proxytunnel;
    bool compressed, list_only, ftp_pasv, no_sessions;
    bool offline;
    bool loopback_only, summary, help, version;
};

/* Fills *o from the command line. 0, or -1: said what is wrong on stderr. */
int options_parse(struct options *o, int argc, char *argv[]);

/* Prints a line for each option. */
void options_help(FILE *to);

#endif
