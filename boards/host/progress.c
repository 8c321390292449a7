/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "supply.h"

#define FIRST_US  1000000 /* shorter transfers need no progress */
#define PERIOD_US 200000
#define BAR_N     20
#define LINE_N    79

static struct {
    bool on, drawn;
    int64_t began_us, next_us;
    uint64_t from;
} bar;

void progress_begin(bool wanted, uint64_t from)
{
    bar.on = wanted && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
    bar.drawn = false;
    bar.from = from;
    bar.began_us = host_now_us();
    bar.next_us = bar.began_us + FIRST_US;
}

/* "812 B", "3.4 KB", "1.2 GB". */
static const char *amount(char text[16], double n)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    unsigned unit = 0;

    while (n >= 1000 && unit < 4) {
        n /= 1000;
        unit++;
    }
    snprintf(text, 16, unit == 0 ? "%.0f %s" : "%.1f %s", n, units[unit]);
    return text;
}

static void draw_known(double n, double of, double speed)
{
    char done[16], all[16], rate[16], marks[BAR_N + 1];
    double part = of > 0 ? n / of : 1;
    int filled = (int)(part * BAR_N);

    memset(marks, ' ', BAR_N);
    memset(marks, '=', (size_t)(filled < BAR_N ? filled : BAR_N));
    marks[BAR_N] = '\0';
    fprintf(stderr, "\r%3.0f%% [%s] %s of %s, %s/s, %.0f s left   ", part * 100,
            marks, amount(done, n), amount(all, of), amount(rate, speed),
            speed > 0 ? (of - n) / speed : 0);
}

static void draw_unknown(double n, double speed)
{
    char done[16], rate[16];

    fprintf(stderr, "\r%s, %s/s   ", amount(done, n), amount(rate, speed));
}

void progress_show(uint64_t n, uint64_t of)
{
    int64_t now = host_now_us();

    if (!bar.on || now < bar.next_us)
        return;
    double speed = (double)n * 1e6 / (double)(now - bar.began_us);
    if (of != UINT64_MAX)
        draw_known((double)(bar.from + n), (double)(bar.from + of), speed);
    else
        draw_unknown((double)(bar.from + n), speed);
    bar.next_us = now + PERIOD_US;
    bar.drawn = true;
}

void progress_end(void)
{
    if (bar.drawn)
        fprintf(stderr, "\r%*s\r", LINE_N, "");
    bar.on = bar.drawn = false;
}
