/* SPDX-License-Identifier: MIT */
/* An exchange in any state that it may be in. */
#ifndef TESTS_PROOFS_EXCHANGE_H
#define TESTS_PROOFS_EXCHANGE_H

#include "any.h"
#include "http/engine.h"

/* A fetch with a work buffer of any length and a window anywhere in it. */
struct lwurl *any_fetch(void);

/*
 * The invariant of the engine: any step, with any bytes, leads from a state in
 * which it holds to another one in which it does. The window is in the work
 * buffer, and what the head parser noted of it, in the window.
 */
bool holds(const struct lwurl *u);

#endif
