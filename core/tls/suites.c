/* SPDX-License-Identifier: MIT */
/* Names of cipher suites, for programs that print them. */
#include "lwurl_tls.h"

static const struct {
    uint16_t number;
    const char *name;
} names[] = {
    {0xC02B, "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
    {0xC02C, "ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
    {0xC02F, "ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    {0xC030, "ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0xCCA8, "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCA9, "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
};

const char *lwurl_tls_suite_name(uint16_t suite)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == suite)
            return names[i].name;
    return "unknown";
}
