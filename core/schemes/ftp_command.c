/* SPDX-License-Identifier: MIT */
/* What a URL asks of an ftp server, and the commands that say it. */
#include "handlers/credentials.h"
#include "schemes/ftp.h"
#include "schemes/http.h"
#include "text/url.h"

/* ------------------------------------------------------------ what is asked */

/* ";type=x" at the front of attributes that it takes off; others are no
   business of ours. Without any, a name is a file. */
static void take_attribute(struct lwurl_str *rest, struct ftp_place *place)
{
    struct lwurl_str one = str_cut(*rest, 1, SIZE_MAX);

    one.n = str_find(one, ';');
    *rest = str_cut(*rest, 1 + one.n, SIZE_MAX);
    if (!str_same(str_cut(one, 0, 5), STR("type=")))
        return;
    place->type_text = str_cut(one, 5, SIZE_MAX);
    place->type = '\0';
    if (place->type_text.n == 1)
        place->type = (char)to_lower((unsigned char)place->type_text.p[0]);
}

static void split_path(struct lwurl_str target, struct ftp_place *place)
{
    struct lwurl_str rest = str_cut(target, str_find(target, ';'), SIZE_MAX);
    size_t from = target.n > 0 && target.p[0] == '/' ? 1 : 0;
    struct lwurl_str path = str_cut(target, from, target.n - rest.n - from);
    size_t n = path.n;

    while (n > 0 && path.p[n - 1] != '/')
        n--;
    struct lwurl_str name = str_cut(path, n, SIZE_MAX);
    struct lwurl_str directory = {path.p, n > 0 ? n - 1 : 0};
    *place = (struct ftp_place){.path = name.n > 0 ? path : directory,
                                .directory = directory,
                                .name = name,
                                .type_text = name,
                                .type = name.n > 0 ? 'i' : 'd'};
    while (rest.n > 0)
        take_attribute(&rest, place);
}

void ftp_place(const struct lwurl *u, struct ftp_place *place)
{
    struct url url;
    int32_t at;

    (void)url_split(u->url, &url, &at); /* was checked by open */
    split_path(url.target, place);
}

static void find_user(const struct lwurl *u, struct credentials *who)
{
    struct lwurl_str unknown = {NULL, 0};

    if (!credentials_find(u, NULL, unknown, who) || who->user.n == 0) {
        who->user = STR("anonymous");
        who->password = unknown;
    }
    if (who->password.n == 0 && str_equal(who->user, STR("anonymous")))
        who->password = STR("anonymous@");
}

/* ----------------------------------------------------------------- checking */

/* Would it end a command, once decoded? Offset of the first that does. */
static size_t find_end(struct lwurl_str s, bool encoded)
{
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        char c = encoded ? (char)str_unquote(s, &at) : s.p[at++];
        if (c == '\r' || c == '\n' || c == '\0')
            return from;
    }
    return s.n;
}

static int check_place(const struct lwurl *u, struct lwurl_str target,
                       int32_t *at)
{
    struct ftp_place place;

    split_path(target, &place);
    size_t bad = find_end(place.path, true);
    *at = (int32_t)(place.path.p + bad - u->url.p);
    if (bad < place.path.n)
        return LWURL_ERR_URL;
    *at = (int32_t)(place.type_text.p - u->url.p);
    if (place.type != 'a' && place.type != 'i' && place.type != 'd')
        return LWURL_ERR_URL;
    return place.type != 'd' && place.name.n == 0 ? LWURL_ERR_NOT_FILE
                                                  : LWURL_OK;
}

static int check_user(const struct lwurl *u)
{
    struct credentials who;

    find_user(u, &who);
    return find_end(who.user, who.encoded) < who.user.n ||
                   find_end(who.password, who.encoded) < who.password.n
               ? LWURL_ERR_CREDENTIALS
               : LWURL_OK;
}

int ftp_check(struct lwurl *u)
{
    const char *connect_to = http_of_origin(u, u->request->connect_to);
    struct url url, instead;
    int32_t at;
    int err = url_split(u->url, &url, &at);

    if (err == LWURL_OK && connect_to != NULL)
        err = url_authority(str_of(connect_to), &instead, &at);
    if (err == LWURL_OK)
        err = check_place(u, url.target, &at);
    if (err == LWURL_OK)
        err = check_user(u);
    return err == LWURL_OK ? err
                           : lwurl_fail(u, err, err == LWURL_ERR_URL ? at : 0);
}

/* ----------------------------------------------------------------- commands */

static void put_decoded(struct lwurl_out *out, struct lwurl_str s)
{
    for (size_t at = 0; at < s.n;) {
        unsigned char c = str_unquote(s, &at);
        lwurl_out_copy(out, &c, 1);
    }
}

static void put_credential(struct lwurl_out *out, const struct credentials *who,
                           struct lwurl_str s)
{
    if (who->encoded)
        put_decoded(out, s);
    else if (s.n > 0)
        lwurl_out_copy(out, s.p, s.n);
}

/* "CWD ." where there is no directory, as urllib. */
static void put_path(struct lwurl_out *out, const char *verb,
                     struct lwurl_str path)
{
    lwurl_out_text(out, verb);
    put_decoded(out, path.n > 0 ? path : STR("."));
}

static void write_login(const struct lwurl *u, struct lwurl_out *out,
                        bool password)
{
    struct credentials who;

    find_user(u, &who);
    lwurl_out_text(out, password ? "PASS " : "USER ");
    put_credential(out, &who, password ? who.password : who.user);
}

static void write_place(const struct lwurl *u, const struct lwurl_ftp *f,
                        struct lwurl_out *out)
{
    struct ftp_place place;

    ftp_place(u, &place);
    bool list = f->type == 'd';
    switch (f->stage) {
    case AT_CWD:
        put_path(out, "CWD ", list ? place.path : place.directory);
        break;
    case AT_TYPE:
        lwurl_out_text(out, f->type == 'i' ? "TYPE I" : "TYPE A");
        break;
    case AT_SIZE:
        put_path(out, "SIZE ", place.name);
        break;
    case AT_IS_FILE:
        put_path(out, "MDTM ", place.path);
        break;
    case AT_IS_DIRECTORY:
        put_path(out, "CWD ", place.name);
        break;
    default: /* START */
        if (list)
            lwurl_out_text(out, f->names ? "NLST" : "LIST");
        else
            put_path(out, "RETR ", place.name);
        break;
    }
}

void ftp_write_command(const struct lwurl *u, const struct lwurl_ftp *f,
                       struct lwurl_out *out)
{
    if (f->stage == AT_USER || f->stage == AT_PASS)
        write_login(u, out, f->stage == AT_PASS);
    else if (f->stage == AT_PASV || f->stage == AT_EPSV)
        lwurl_out_text(out, f->stage == AT_PASV ? "PASV" : "EPSV");
    else
        write_place(u, f, out);
    lwurl_out_text(out, "\r\n");
}
