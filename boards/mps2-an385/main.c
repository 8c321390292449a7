/* SPDX-License-Identifier: MIT */
/* Which device this is; a product reads it from its own memory. */
#include "board.h"
#include "program.h"

static const struct device device = {
    .url = "https://config.example/device/42.json",
    .user = "device42",
    .password = "secret",
};

int app_main(int argc, char *argv[])
{
    return program_run(&device, argc, argv);
}
