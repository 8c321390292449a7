/* SPDX-License-Identifier: MIT */
/* A part of a storage that is two halves, each of whole erase units. */
#ifndef LWURL_STORE_PART_H
#define LWURL_STORE_PART_H

#include <stdbool.h>

#include "lwurl_storage.h"

/* Can it be one, and is the storage one that lwurl can serve? */
bool part_suits(const struct lwurl_storage *storage, uint32_t at,
                uint32_t size);

#endif
