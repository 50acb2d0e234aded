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
