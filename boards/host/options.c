/* SPDX-License-Identifier: MIT */
/*
 * The options are a table: a new one is a line of it and a member of struct
 * options. Letters and words mean what they mean to curl.
 */
#include "options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lwurl.h"

#define MS_MAX 2147483647.0

enum kind {
    FLAG,    /* bool */
    TEXT,    /* const char * */
    PAIR,    /* struct given_pair; a first one of "-" stands alone */
    LIST,    /* struct given_list */
    SECONDS, /* uint32_t of milliseconds */
    SPEED,   /* size_t of bytes (a second), k, M and G are of 1024 */
    BYTES,   /* size_t */
    REFUSED  /* the help says why there is no such option */
};

struct option {
    char letter; /* 0: none */
    const char *word;
    enum kind kind;
    size_t at;            /* of the member in struct options */
    const char *argument; /* NULL: none */
    const char *help;
    int how;            /* of LIST */
    size_t least, most; /* of BYTES */
};

/* clang-format off */
#define ROW(letter_, word_, kind_, member, argument_, help_) \
    .letter = (letter_), .word = (word_), .kind = (kind_), \
    .at = offsetof(struct options, member), .argument = (argument_), \
    .help = (help_)

static const struct option table[] = {
    {ROW('X', "request", TEXT, method, "METHOD",
         "method, instead of GET or POST")},
    {ROW('d', "data", LIST, data, "DATA|@FILE|@-",
         "body of a POST; several are joined by &"), .how = HOW_DATA},
    {ROW(0, "data-binary", LIST, data, "DATA|@FILE",
         "the same, line ends of a file stay"), .how = HOW_BINARY},
    {ROW(0, "data-urlencode", LIST, data, "[NAME]=DATA",
         "the same, DATA encoded; NAME@FILE, too"), .how = HOW_ENCODED},
    {ROW('G', "get", FLAG, get, NULL, "the data as query of the URL")},
    {ROW('F', "form", LIST, form, "NAME=VALUE",
         "form as multipart/form-data; =@FILE, =<FILE"), .how = HOW_PLAIN},
    {ROW('T', "upload-file", TEXT, upload, "FILE|-",
         "PUT of a file; to URL/ under its name")},
    {ROW('H', "header", LIST, headers, "NAME: VALUE",
         "request field; NAME: drops it, NAME; is empty")},
    {ROW('u', "user", TEXT, user, "USER[:PASSWORD]",
         "credentials; asks for a missing password")},
    {ROW(0, "basic", FLAG, basic, NULL, "credentials as Basic, the default")},
    {ROW(0, "digest", FLAG, digest, NULL, "credentials as Digest")},
    {ROW(0, "anyauth", FLAG, anyauth, NULL,
         "as the server asks for them: Digest, else Basic")},
    {ROW('L', "location", FLAG, location, NULL, "follow redirects")},
    {ROW(0, "max-redirs", BYTES, redirects_max, "NUMBER",
         "at most so many; default 10"), .least = 0, .most = REDIRECTS_MAX},
    {ROW(0, "downgrade", FLAG, downgrade, NULL,
         "follow from https to http, too")},
    {ROW(0, "resend-body", FLAG, resend_body, NULL,
         "send a POST again after 307 and 308")},
    {ROW('x', "proxy", TEXT, proxy, "HOST[:PORT]",
         "for http and https; default port 1080")},
    {ROW('p', "proxytunnel", FLAG, proxytunnel, NULL,
         "http goes through a tunnel of the proxy, too")},
    {ROW('U', "proxy-user", TEXT, proxy_user, "USER:PASSWORD",
         "credentials for the proxy")},
    {ROW(0, "proxy-basic", FLAG, proxy_basic, NULL,
         "these as Basic, the default")},
    {ROW(0, "proxy-digest", FLAG, proxy_digest, NULL, "these as Digest")},
    {ROW(0, "proxy-anyauth", FLAG, proxy_anyauth, NULL,
         "as the proxy asks for them: Digest, else Basic")},
    {ROW(0, "noproxy", TEXT, no_proxy, "HOSTS",
         "a,b: no proxy for these and their subdomains")},
    {ROW('b', "cookie", LIST, cookies, "NAME=VALUE|FILE",
         "send it, or those of a cookies.txt")},
    {ROW('c', "cookie-jar", TEXT, cookie_jar, "FILE|-",
         "keep cookies, write them as cookies.txt")},
    {ROW('l', "list-only", FLAG, list_only, NULL,
         "ftp: listings of names alone (NLST)")},
    {ROW(0, "ftp-pasv", FLAG, ftp_pasv, NULL,
         "ftp: we connect to the server, as always")},
    {ROW('r', "range", TEXT, range, "FROM-TO", "only these bytes")},
    {ROW('C', "continue-at", TEXT, continue_at, "OFFSET|-",
         "from there on; -: behind what the -o FILE has")},
    {ROW(0, "retrieve", FLAG, retrieve, NULL,
         "FILE only when whole and right; goes on later")},
    {ROW(0, "sha256", TEXT, sha256, "HEX",
         "the same, and FILE has to have this SHA-256")},
    {ROW(0, "compressed", FLAG, compressed, NULL,
         "ask for gzip and deflate, and decode them")},
    {ROW('e', "referer", TEXT, referer, "URL", "Referer field")},
    {ROW('A', "user-agent", TEXT, user_agent, "NAME", "User-Agent field")},
    {ROW('i', "include", FLAG, include, NULL,
         "print the response head, too")},
    {ROW('I', "head", FLAG, head, NULL, "ask for the head alone (HEAD)")},
    {ROW('o', "output", LIST, outputs, "FILE",
         "body to FILE; the nth -o is for the nth URL")},
    {ROW('s', "silent", FLAG, silent, NULL,
         "no progress, no error messages")},
    {ROW('S', "show-error", FLAG, show_error, NULL,
         "error messages in spite of -s")},
    {ROW('v', "verbose", FLAG, verbose, NULL,
         "show heads on stderr, credentials masked")},
    {ROW('f', "fail", FLAG, fail, NULL,
         "HTTP status 400 and up: no body, exit status 22")},
    {ROW('z', "time-cond", TEXT, time_cond, "TIME|FILE",
         "only what is newer; with - before it, older")},
    {ROW(0, "etag-compare", TEXT, etag_compare, "FILE",
         "only what has another ETag than the one there")},
    {ROW(0, "etag-save", TEXT, etag_save, "FILE", "save the ETag there")},
    {ROW(0, "cache", TEXT, cache, "FILE",
         "keep responses there, as a device does in flash")},
    {ROW(0, "offline", FLAG, offline, NULL,
         "only what --cache has kept, however old")},
    {ROW('w', "write-out", TEXT, write_out, "FORMAT",
         "print, as '%{http_code} %{time_total}\\n'")},
    {ROW('m', "max-time", SECONDS, max_ms, "SECONDS",
         "for all of one fetch")},
    {ROW(0, "connect-timeout", SECONDS, connect_ms, "SECONDS",
         "for name, TCP and TLS together")},
    {ROW(0, "idle-timeout", SECONDS, idle_ms, "SECONDS",
         "without progress; default 30, 0: for ever")},
    {ROW(0, "retry", BYTES, retries, "NUMBER",
         "so many more tries where that may help"), .most = 1000000},
    {ROW(0, "retry-delay", SECONDS, retry_delay_ms, "SECONDS",
         "wait so long; else 1, 2, 4 ... to 600")},
    {ROW(0, "retry-max-time", SECONDS, retry_max_ms, "SECONDS",
         "no retry begins later than that")},
    {ROW(0, "retry-connrefused", FLAG, retry_refused, NULL,
         "where the connection is refused, too")},
    {ROW(0, "retry-all-errors", FLAG, retry_all, NULL,
         "after every error")},
    {ROW(0, "limit-rate", SPEED, rate, "BYTES",
         "not more each second; k, M, G: times 1024")},
    {ROW(0, "max-bytes", BYTES, bytes_max, "BYTES",
         "a fetch may cost no more, both ways, TLS too"), .most = SIZE_MAX},
    {ROW(0, "max-filesize", SPEED, size_max, "BYTES",
         "no body that is longer; k, M, G: times 1024")},
    {ROW(0, "cacert", TEXT, cacert, "FILE",
         "trust anchors (PEM), instead of the system's")},
    {ROW('E', "cert", TEXT, cert, "FILE",
         "our certificate and its chain (PEM, DER)")},
    {ROW(0, "key", TEXT, key, "FILE",
         "its key, EC or RSA; default: in the same file")},
    {ROW(0, "ssl-sessions", TEXT, ssl_sessions, "FILE",
         "resume sessions of FILE, and keep them there")},
    {ROW(0, "no-sessionid", FLAG, no_sessions, NULL,
         "resume no session; by default one run does")},
    {ROW(0, "pinnedpubkey", TEXT, pins, "PINS",
         "sha256//BASE64;...: one is a key of the chain")},
    {ROW(0, "resolve", LIST, resolve, "HOST:PORT:ADDR",
         "HOST has this address; PORT may be *")},
    {ROW(0, "connect-to", LIST, connect_to, "H:P:H2:P2",
         "where URLs say H:P, connect to H2:P2")},
    {ROW(0, "dns-servers", TEXT, dns_server, "ADDR[:PORT]",
         "ask this name server")},
    {ROW(0, "loopback-only", FLAG, loopback_only, NULL,
         "nothing but this PC can be reached")},
    {ROW(0, "http0.9", FLAG, http09, NULL,
         "take a response that has no status line")},
    {ROW(0, "pcap", TEXT, pcap, "FILE", "write what goes over the wire")},
    {ROW(0, "keylog", TEXT, keylog, "FILE",
         "append keys with which Wireshark reads TLS")},
    {ROW(0, "summary", FLAG, summary, NULL,
         "times, bytes, memory and TLS, on stderr")},
    {ROW(0, "work-buffer", BYTES, work_n, "BYTES",
         "as small as a device's; default 4096"),
     .least = LWURL_WORK_MIN, .most = WORK_MAX},
    {ROW(0, "tls-record", BYTES, record_n, "BYTES",
         "the same of TLS records; default 16413"),
     .least = 837, .most = RECORD_MAX},
    {ROW(0, "parse", TEXT, parse, "URL|-",
         "no fetch: the parts of a URL")},
    {ROW(0, "join", PAIR, join, "BASE REF|-",
         "no fetch: REF seen from BASE; by TAB in a line")},
    {ROW(0, "quote", TEXT, quote, "TEXT|-",
         "no fetch: percent-encode all but a-zA-Z0-9_.-~/")},
    {ROW(0, "unquote", TEXT, unquote, "TEXT|-",
         "no fetch: decode what is percent-encoded")},
    {ROW('k', "insecure", REFUSED, help, NULL,
         "certificates are always checked; trust your own CA with --cacert")},
    {ROW('h', "help", FLAG, help, NULL, "this")},
    {ROW('V', "version", FLAG, version, NULL, "version")},
};
/* clang-format on */

#define TABLE_N (sizeof table / sizeof table[0])

/* ------------------------------------------------------------------ values */

static int complain(const char *name, const char *why)
{
    fprintf(stderr, "lwurl: %s: %s\n", name, why);
    return -1;
}

static int add(struct given_list *list, const char *text, int how)
{
    if (list->n == GIVEN_MAX)
        return -1;
    list->item[list->n].text = text;
    list->item[list->n++].how = how;
    return 0;
}

static int set_seconds(uint32_t *ms, const char *text)
{
    char *end;
    double seconds = strtod(text, &end);

    if (end == text || *end != '\0' ||
        !(seconds >= 0 && seconds * 1000 <= MS_MAX))
        return -1;
    *ms = (uint32_t)ceil(seconds * 1000);
    return 0;
}

static int set_bytes(size_t *bytes, const char *text, const struct option *by)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || n < by->least || n > by->most)
        return -1;
    *bytes = n;
    return 0;
}

/* As curl reads it: "100", "2.5k" is not. */
static int set_speed(size_t *bytes, const char *text)
{
    static const char units[] = "kKmMgG";
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
    unsigned shift = unit != NULL ? 10 * (unsigned)(1 + (unit - units) / 2) : 0;

    if (end == text || *text == '-' || (unit != NULL ? end[1] : *end) != '\0' ||
        n > SIZE_MAX >> shift)
        return -1;
    *bytes = (size_t)n << shift;
    return 0;
}

/* `name` is how the option was written. */
static int set(struct options *o, const struct option *by, const char *name,
               const char *text)
{
    void *member = (char *)o + by->at;

    switch (by->kind) {
    case FLAG:
        *(bool *)member = true;
        return 0;
    case TEXT:
        *(const char **)member = text;
        return 0;
    case LIST:
        return add(member, text, by->how) == 0
                   ? 0
                   : complain(name, "given too often");
    case SECONDS:
        return set_seconds(member, text) == 0
                   ? 0
                   : complain(name, "wants a number of seconds");
    case SPEED:
        return set_speed(member, text) == 0
                   ? 0
                   : complain(name, "wants a number of bytes, as 500k");
    case BYTES:
        if (set_bytes(member, text, by) == 0)
            return 0;
        fprintf(stderr, "lwurl: %s: wants a number from %zu to %zu\n", name,
                by->least, by->most);
        return -1;
    default:
        return complain(name, by->help);
    }
}

static bool has_argument(const struct option *by)
{
    return by->kind != FLAG && by->kind != REFUSED;
}

/* ----------------------------------------------------------------- parsing */

struct arguments {
    int n, at;
    char **v;
};

static const char *next_argument(struct arguments *args)
{
    return args->at < args->n ? args->v[args->at++] : NULL;
}

/* Of a word's two arguments `text` is the first. */
static int set_pair(void *member, const char *name, const char *text,
                    struct arguments *args)
{
    struct given_pair *pair = member;

    pair->base = text;
    pair->ref = strcmp(text, "-") == 0 ? "" : next_argument(args);
    return pair->ref != NULL ? 0 : complain(name, "wants two arguments");
}

static int parse_word(struct options *o, const char *arg,
                      struct arguments *args)
{
    const char *text = NULL;

    for (size_t i = 0; i < TABLE_N; i++) {
        if (strcmp(table[i].word, arg + 2) != 0)
            continue;
        if (has_argument(&table[i]) && (text = next_argument(args)) == NULL)
            return complain(arg, "wants an argument");
        if (table[i].kind == PAIR)
            return set_pair((char *)o + table[i].at, arg, text, args);
        return set(o, &table[i], arg, text);
    }
    return complain(arg, "no such option; try lwurl --help");
}

static const struct option *find_letter(char letter)
{
    for (size_t i = 0; i < TABLE_N; i++)
        if (table[i].letter == letter)
            return &table[i];
    return NULL;
}

/* "-sSo FILE" and "-oFILE": an argument is what is left, or comes next. */
static int parse_letters(struct options *o, const char *arg,
                         struct arguments *args)
{
    char name[3] = "-";

    for (const char *p = arg + 1; *p != '\0'; p++) {
        const struct option *by = find_letter(*p);

        name[1] = *p;
        if (by == NULL)
            return complain(name, "no such option; try lwurl --help");
        if (has_argument(by)) {
            const char *text = p[1] != '\0' ? p + 1 : next_argument(args);
            return text == NULL ? complain(name, "wants an argument")
                                : set(o, by, name, text);
        }
        if (set(o, by, name, NULL) != 0)
            return -1;
    }
    return 0;
}

static int parse_one(struct options *o, const char *arg, bool plain,
                     struct arguments *args)
{
    if (!plain && arg[0] == '-' && arg[1] == '-')
        return parse_word(o, arg, args);
    if (!plain && arg[0] == '-' && arg[1] != '\0')
        return parse_letters(o, arg, args);
    return add(&o->urls, arg, HOW_PLAIN) == 0
               ? 0
               : complain("URLs", "too many in one call");
}

int options_parse(struct options *o, int argc, char *argv[])
{
    struct arguments args = {argc, 1, argv};
    bool plain = false;
    const char *arg;

    while ((arg = next_argument(&args)) != NULL) {
        if (!plain && strcmp(arg, "--") == 0)
            plain = true;
        else if (parse_one(o, arg, plain, &args) != 0)
            return -1;
    }
    return 0;
}

/* -------------------------------------------------------------------- help */

void options_help(FILE *to)
{
    char left[64];

    for (size_t i = 0; i < TABLE_N; i++) {
        const struct option *by = &table[i];

        if (by->kind == REFUSED)
            continue;
        snprintf(left, sizeof left, "%c%c%c --%s %s", by->letter ? '-' : ' ',
                 by->letter ? by->letter : ' ', by->letter ? ',' : ' ',
                 by->word, by->argument ? by->argument : "");
        fprintf(to, "  %-30s %s\n", left, by->help);
    }
}
