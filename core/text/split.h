/* SPDX-License-Identifier: MIT */
/* What urljoin needs of urlsplit. */
#ifndef LWURL_SPLIT_H
#define LWURL_SPLIT_H

#include "lwurl_parse.h"
#include "text/sink.h"

/* urllib.parse's own lists: which schemes have a netloc, relative references,
   parameters. The empty scheme is in each. */
#define SCHEMES_NETLOC                                                  \
    "ftp,http,gopher,nntp,telnet,imap,wais,file,mms,https,shttp,snews," \
    "prospero,rtsp,rtspu,rsync,svn,svn+ssh,sftp,nfs,git,git+ssh,ws,wss"
#define SCHEMES_RELATIVE                                                 \
    "ftp,http,gopher,nntp,imap,wais,file,https,shttp,mms,prospero,rtsp," \
    "rtspu,sftp,svn,svn+ssh,ws,wss"
#define SCHEMES_PARAMS \
    "ftp,hdl,prospero,http,imap,https,shttp,rtsp,rtspu,sip,sips,mms,sftp,tel"

bool scheme_is_in(struct lwurl_str scheme, const char *list);

/* Cuts the parameters of the last segment off a path, as urlparse does; absent
   where the scheme has none. */
struct lwurl_str split_cut_params(struct lwurl_str scheme,
                                  struct lwurl_str *path);

/* The pieces of urlunsplit: "scheme:", and "?query#fragment". */
void split_write_scheme(const struct lwurl_split *parts, struct sink *s);
void split_write_tail(const struct lwurl_split *parts, struct sink *s);

/* urlunsplit, with parameters that belong to the path (urlunparse). */
void split_write(const struct lwurl_split *parts, struct lwurl_str params,
                 struct sink *s);

#endif
