/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SIM_FAR_CC_H
#define TESTS_SIM_FAR_CC_H

#if !defined(BYTE_ORDER)
#define BYTE_ORDER    __BYTE_ORDER__
#define LITTLE_ENDIAN __ORDER_LITTLE_ENDIAN__
#define BIG_ENDIAN    __ORDER_BIG_ENDIAN__
#endif

#endif
