/* SPDX-License-Identifier: MIT */
#include "lwurl_request.h"

#include "text/str.h"

#define STREAMED (LWURL_BODY_STREAM | LWURL_BODY_CHUNKED)

const char *lwurl_request_method(const struct lwurl_request *request)
{
    if (request->method != NULL)
        return request->method;
    return request->body != NULL || (request->flags & STREAMED) != 0 ? "POST"
                                                                     : "GET";
}

const char *lwurl_request_header(const struct lwurl_request *request,
                                 const char *name)
{
    const struct lwurl_header *h = request->headers;

    for (size_t i = 0; i < request->headers_n; i++)
        if (h[i].value != NULL && str_is(str_of(h[i].name), name))
            return h[i].value;
    return NULL;
}
