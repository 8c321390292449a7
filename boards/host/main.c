/* SPDX-License-Identifier: MIT */
/*
 * lwurl on a PC: a command-line client whose letters are curl's, over the same
 * lwIP sockets and BearSSL as a firmware, without privileges.
 */
#include <signal.h>
#include <stdio.h>

#include "connect_to.h"
#include "download.h"
#include "conditions.h"
#include "exits.h"
#include "hosts.h"
#include "jar.h"
#include "kept.h"
#include "net.h"
#include "opener.h"
#include "options.h"
#include "proxies.h"
#include "report.h"
#include "request.h"
#include "retries.h"
#include "sessions.h"
#include "tls.h"
#include "transfer.h"
#include "urls.h"

static struct options options = {
    .idle_ms = LWURL_IDLE_MS,
    .work_n = 4096,
    .record_n = RECORD_MAX,
    .redirects_max = 10,
};

static int help(void)
{
    puts(
        "usage: lwurl [options] URL...\n"
        "Fetches URLs (http, https, ftp, file, data) over lwIP and BearSSL.\n");
    options_help(stdout);
    puts("\nlocalhost, 127.0.0.1 and [::1] are this PC.\n\nexit status");
    exits_help(stdout);
    return 0;
}

/* All URLs, one after the other; the exit status is that of the last one that
   failed. */
static int fetch_all(void *arg)
{
    static struct report report;
    const struct options *o = arg;
    int code = 0;

    for (size_t i = 0; i < o->urls.n; i++) {
        retries_begin(o);
        do
            transfer_run(o, i, &report);
        while (retries_again(o, &report));
        if (report.exit_code != 0)
            code = report.exit_code;
        if (report.exit_code != 0 && (!o->silent || o->show_error))
            report_message(&report);
        if (o->write_out != NULL)
            report_write_out(&report, o->write_out, stdout);
        if (o->summary)
            report_summary(&report, o);
    }
    transfer_end();
    return code;
}

static int prepare(const struct options *o)
{
    int code = proxies_init(o);

    if (code == 0)
        code = jar_read(o);
    if (code == 0)
        code = conditions_init(o);
    if (code == 0)
        code = kept_init(o);
    if (code == 0)
        code = request_init(o);
    if (code == 0)
        code = download_init(o);
    if (code == 0)
        code = connect_to_init(o);
    if (code == 0 && hosts_init(o) != 0)
        code = EXIT_USAGE;
    return code != 0 ? code : tls_init(o);
}

static int run(struct options *o)
{
    int code = net_run(o, fetch_all, o), kept = jar_write(o);
    int resumable = sessions_write(o);

    if (code == 0)
        code = kept;
    return code != 0 ? code : resumable;
}

/* What was written has to arrive. */
static int end(int code)
{
    return fflush(stdout) != 0 && code == 0 ? EXIT_WRITE : code;
}

int main(int argc, char *argv[])
{
    int code;

    if (options_parse(&options, argc, argv) != 0)
        return EXIT_USAGE;
    if (options.help)
        return help();
    if (options.version) {
        puts("lwurl " LWURL_VERSION);
        return 0;
    }
    if (urls_wanted(&options))
        return end(urls_run(&options));
    if (options.urls.n == 0) {
        fputs("lwurl: no URL; try lwurl --help\n", stderr);
        return EXIT_USAGE;
    }
    signal(SIGPIPE, SIG_IGN);
    opener_init(&options);
    code = prepare(&options);
    return end(code == 0 ? run(&options) : code);
}
