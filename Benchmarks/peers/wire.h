// SPDX-License-Identifier: Apache-2.0
//
// Shared by the benchmark programs: big-endian access, the clock, and strict number parsing for the command line.
// Everything is `static inline` in one header because a library for forty lines would be more machinery than code.

#ifndef PEERS_WIRE_H
#define PEERS_WIRE_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    WIRE_HEADER = 12,
    WIRE_TYPE_A = 1,
    WIRE_TYPE_TXT = 16,
    WIRE_TYPE_AAAA = 28,
    WIRE_TYPE_SRV = 33,
    WIRE_TYPE_OPT = 41,
    WIRE_CLASS_IN = 1,
    // A compression pointer has 14 bits: it cannot reach this offset or any later one (RFC 1035, 4.1.4).
    WIRE_POINTER_LIMIT = 0x4000,
};

// Byte by byte, because a DNS field sits at any offset and a cast to `uint16_t *` would be undefined behavior. Both gcc
// and clang turn these into one load and a byte swap anyway.
static inline uint16_t wire_get16(const uint8_t *p)
{
    return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

static inline void wire_put16(uint8_t *p, unsigned value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

// The vDSO answers CLOCK_MONOTONIC (about 20 ns), so one reading at each end of a query does not distort a latency of
// tens of microseconds.
static inline uint64_t wire_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// `atoi` would read "10k" as 10 and "" as 0, and a benchmark that silently measures something else is worse than none.
static inline unsigned long wire_number(const char *option, const char *text, unsigned long low, unsigned long high)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = text[0] >= '0' && text[0] <= '9' ? strtoul(text, &end, 10) : 0;
    if (end == NULL || *end != '\0' || errno != 0 || value < low || value > high) {
        fprintf(stderr, "%s needs a number from %lu to %lu, not \"%s\"\n", option, low, high, text);
        exit(2);
    }
    return value;
}

#endif
