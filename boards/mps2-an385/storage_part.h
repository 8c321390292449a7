/* SPDX-License-Identifier: MIT */
/* The storage of this board, which has no flash: as that of a serial one. */
#ifndef STORAGE_PART_H
#define STORAGE_PART_H

#define BOARD_STORAGE_N  (144u * 1024u)
#define BOARD_ERASE_UNIT 4096u
#define BOARD_WRITE_UNIT 16u

#endif
