// SPDX-License-Identifier: Apache-2.0

#include "query_ids.h"

#include <stdlib.h>
#include <sys/random.h>

static uint16_t next_random(ca_query_ids *ids) {
    if (ids->left == 0) {
        // At most 256 bytes: never interrupted, never short (getrandom(2), getentropy(3)).
        if (getentropy(ids->random, sizeof ids->random) != 0) abort();
        ids->left = sizeof ids->random / sizeof ids->random[0];
    }
    return ids->random[--ids->left];
}

uint16_t ca_query_ids_take(ca_query_ids *ids) {
    for (;;) {
        uint16_t id = next_random(ids);
        uint64_t bit = (uint64_t)1 << (id % 64);
        if (ids->used[id / 64] & bit) continue;
        ids->used[id / 64] |= bit;
        return id;
    }
}

void ca_query_ids_give_back(ca_query_ids *ids, uint16_t id) { ids->used[id / 64] &= ~((uint64_t)1 << (id % 64)); }

void ca_query_ids_note_ended(ca_query_ids *ids, uint16_t wire_id) {
    ids->ended[wire_id / 64] |= (uint64_t)1 << (wire_id % 64);
}

bool ca_query_ids_has_ended(const ca_query_ids *ids, uint16_t wire_id) {
    return (ids->ended[wire_id / 64] >> (wire_id % 64) & 1) != 0;
}

void ca_query_ids_mix_case(ca_query_ids *ids, uint8_t *bytes, size_t length) {
    uint16_t bits = 0;
    int left = 0;
    for (size_t i = 0; i < length; i++) {
        const uint8_t lowercase = bytes[i] | 0x20;
        // Label lengths are below 64, so they are not mistaken for letters.
        if (lowercase < 'a' || lowercase > 'z') continue;
        if (left == 0) {
            bits = next_random(ids);
            left = 16;
        }
        bytes[i] = (uint8_t)((lowercase & ~0x20) | (bits & 1) << 5);
        bits >>= 1;
        left--;
    }
}
