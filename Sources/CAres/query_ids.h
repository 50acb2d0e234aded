// SPDX-License-Identifier: Apache-2.0
//
// Unpredictable ids, unique among the queries under way. 1.18.1 leaves the id of a ready-made message alone (and its own
// ids are not unique: it compares them byte-swapped); 1.34 chooses its own.

#ifndef CARES_QUERY_IDS_H
#define CARES_QUERY_IDS_H

#include <stdint.h>

typedef struct {
    uint64_t used[65536 / 64];
    uint16_t random[128];
    int left;
} ca_query_ids;

uint16_t ca_query_ids_take(ca_query_ids *ids);
void ca_query_ids_give_back(ca_query_ids *ids, uint16_t id);

#endif
