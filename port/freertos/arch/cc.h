/* SPDX-License-Identifier: MIT */
/* lwIP's view of compiler and machine: gcc or clang with <stdint.h>. */
#ifndef LWURL_FREERTOS_ARCH_CC_H
#define LWURL_FREERTOS_ARCH_CC_H

#if !defined(BYTE_ORDER)
#define BYTE_ORDER    __BYTE_ORDER__
#define LITTLE_ENDIAN __ORDER_LITTLE_ENDIAN__
#define BIG_ENDIAN    __ORDER_BIG_ENDIAN__
#endif

#ifndef LWIP_NOASSERT
void sys_check_core_locking(void);
#define LWIP_ASSERT_CORE_LOCKED() sys_check_core_locking()
#endif

void sys_mark_tcpip_thread(void);
#define LWIP_MARK_TCPIP_THREAD() sys_mark_tcpip_thread()

#endif
