/* SPDX-License-Identifier: MIT */
/* The storage of this board: the upper half of its flash and a bit more. */
#ifndef STORAGE_PART_H
#define STORAGE_PART_H

#define BOARD_STORAGE_N  (132u * 1024u)
#define BOARD_ERASE_UNIT 1024u
#define BOARD_WRITE_UNIT 4u

#endif
