/* SPDX-License-Identifier: MIT */
#include "sessions.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "exits.h"
#include "replace.h"

#define SESSIONS_MAX 16

static struct lwurl_tls_session list[SESSIONS_MAX];
static unsigned char bytes[LWURL_TLS_SESSIONS_BYTES(SESSIONS_MAX)];

struct lwurl_tls_sessions host_sessions =
    LWURL_TLS_SESSIONS(list, SESSIONS_MAX);

static int fail(const char *path, int status)
{
    fprintf(stderr, "lwurl: %s: %s\n", path, strerror(errno));
    return status;
}

/* No file yet is no session yet; a damaged one is as good as none. */
int sessions_read(const struct options *o)
{
    const char *path = o->ssl_sessions;
    FILE *in = path == NULL ? NULL : fopen(path, "rb");

    if (in == NULL)
        return path == NULL || errno == ENOENT ? 0 : fail(path, EXIT_READ);
    size_t n = fread(bytes, 1, sizeof bytes, in);
    int code = ferror(in) ? fail(path, EXIT_READ) : 0;
    fclose(in);
    (void)lwurl_tls_sessions_import(&host_sessions, bytes, n);
    memset(bytes, 0, sizeof bytes);
    return code;
}

/* They are as secret as keys: whoever reads them reads the connections. */
int sessions_write(const struct options *o)
{
    const char *path = o->ssl_sessions;
    size_t n;

    if (path == NULL)
        return 0;
    n = lwurl_tls_sessions_export(&host_sessions, bytes, sizeof bytes);
    bool good = replace_file(path, bytes, n, S_IRUSR | S_IWUSR);
    memset(bytes, 0, sizeof bytes);
    return good ? 0 : fail(path, EXIT_WRITE);
}
