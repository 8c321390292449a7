/* SPDX-License-Identifier: MIT */
/* Dates of HTTP. */
#ifndef LWURL_DATE_H
#define LWURL_DATE_H

#include "text/str.h"

/* Reads a date as RFC 6265 5.1.1 does, which takes every form of HTTP-date
   (RFC 9110 5.6.7) and what else servers send: seconds since 1970-01-01 UTC.
   False for what is no date. */
bool date_parse(struct lwurl_str s, int64_t *unix_s);

/* Writes the IMF-fixdate of a time (RFC 9110 5.6.7), always DATE_N bytes. False
   where its year does not have four digits. */
#define DATE_N 29
bool date_format(int64_t unix_s, char out[DATE_N]);

/* Days from 1970-01-01 to a day of the Gregorian calendar; month 1 to 12, or
   13 for the January behind them. */
int32_t date_days(int32_t year, int32_t month, int32_t day);

#endif
