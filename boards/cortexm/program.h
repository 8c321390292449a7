/* SPDX-License-Identifier: MIT */
/*
 * The program that the boards share: fetches a device's configuration and
 * prints it, then a summary. A board's main.c says which device it is.
 *
 *     firmware [-u USER:PASSWORD] [-m SECONDS] [-c ANCHOR] [URL]...
 *
 * Up to four URLs, one after the other on one connection where they can; the
 * limit is that of each. -c trusts one anchor of the image alone, counted from
 * 1. Result: 0, or the first error of lwurl's as a positive number (67 for
 * LWURL_ERR_CERT_TRUST), or 1 for an argument that is not understood.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

struct device {
    const char *url;
    const char *user;
    const char *password;
};

int program_run(const struct device *device, int argc, char *argv[]);

#endif
