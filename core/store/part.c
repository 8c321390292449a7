/* SPDX-License-Identifier: MIT */
#include "store/part.h"

bool part_suits(const struct lwurl_storage *s, uint32_t at, uint32_t size)
{
    return s != NULL && s->write_unit > 0 &&
           s->write_unit <= LWURL_WRITE_UNIT_MAX && s->erase_unit > 0 &&
           s->erase_unit % s->write_unit == 0 && at % s->erase_unit == 0 &&
           size > 0 && size % 2 == 0 && size / 2 % s->erase_unit == 0 &&
           size <= s->size && at <= s->size - size;
}
