# SPDX-License-Identifier: MIT
# The sources of core, for this Makefile and for yours: prefix them with the
# path of core/, compile with -I core -I config -I port, link with
# --gc-sections. What no opener names is not in your image.
LWURL_CORE_SRCS := \
  backoff.c \
  blocking.c \
  breaker.c \
  budget.c \
  budget_keep.c \
  cache.c \
  cache_open.c \
  fetch.c \
  journal.c \
  meter.c \
  multipart.c \
  read.c \
  readline.c \
  request.c \
  response.c \
  resume.c \
  retry.c \
  retry_after.c \
  retrieve.c \
  robots.c \
  run.c \
  run_filter.c \
  strerror.c \
  handlers/auth_basic.c \
  handlers/auth_digest.c \
  handlers/cache.c \
  handlers/cache_slots.c \
  handlers/challenge.c \
  handlers/conditional.c \
  handlers/cookies.c \
  handlers/credentials.c \
  handlers/date.c \
  handlers/digest_field.c \
  handlers/digest_judge.c \
  handlers/digest_read.c \
  handlers/digest_write.c \
  handlers/fields.c \
  handlers/freshness.c \
  handlers/jar.c \
  handlers/jar_text.c \
  handlers/passwords.c \
  handlers/proxy.c \
  handlers/proxy_digest.c \
  handlers/redirect.c \
  handlers/trace.c \
  http/content_range.c \
  http/engine.c \
  http/framing.c \
  http/head_in.c \
  http/head_out.c \
  http/out.c \
  http/stream.c \
  schemes/data.c \
  schemes/data_strict.c \
  schemes/file.c \
  schemes/file_table.c \
  schemes/ftp.c \
  schemes/ftp_body.c \
  schemes/ftp_command.c \
  schemes/ftp_reply.c \
  schemes/http.c \
  schemes/source.c \
  store/gather.c \
  store/memory.c \
  store/part.c \
  store/record.c \
  store/region.c \
  text/bytes.c \
  text/date.c \
  text/join.c \
  text/literal.c \
  text/media_type.c \
  text/mime.c \
  text/path.c \
  text/quote.c \
  text/sink.c \
  text/split.c \
  text/str.c \
  text/url.c \
  text/url_key.c \
  tls/records.c

# Compressed bodies, with zlib.h on the include path and zlib in the link.
LWURL_GZIP_SRCS := handlers/gzip.c handlers/gzip_frame.c

# https, with BearSSL's inc/ on the include path. keylog.c, suites.c and
# anchors.c are for programs on a PC.
LWURL_TLS_SRCS := \
  schemes/https.c \
  schemes/https_parts.c \
  tls/address.c \
  tls/anchors.c \
  tls/bundle.c \
  tls/bundle_parse.c \
  tls/chain.c \
  tls/clock.c \
  tls/error.c \
  tls/hash.c \
  tls/hello.c \
  tls/keylog.c \
  tls/known_key.c \
  tls/own_key.c \
  tls/pinned_key.c \
  tls/pins.c \
  tls/profile.c \
  tls/session_bytes.c \
  tls/sessions.c \
  tls/sign.c \
  tls/skim.c \
  tls/suites.c \
  tls/tls.c \
  tls/verify.c \
  tls/verify_content.c \
  tls/verify_signed.c
