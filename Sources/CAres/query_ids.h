// SPDX-License-Identifier: Apache-2.0
//
// Unpredictable ids, unique among the queries under way. 1.18.1 leaves the id of a ready-made message alone (and its own
// ids are not unique: it compares them byte-swapped); 1.34 chooses its own.

#ifndef CARES_QUERY_IDS_H
#define CARES_QUERY_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t used[65536 / 64];
    // Those of queries that have ended.
    uint64_t ended[65536 / 64];
    uint16_t random[128];
    int left;
} ca_query_ids;

uint16_t ca_query_ids_take(ca_query_ids *ids);
void ca_query_ids_give_back(ca_query_ids *ids, uint16_t id);

// Notes that the query with this id on the wire has ended: an answer to it is a repetition, and no guess.
void ca_query_ids_note_ended(ca_query_ids *ids, uint16_t wire_id);
bool ca_query_ids_has_ended(const ca_query_ids *ids, uint16_t wire_id);

// Gives the letters among the bytes a random case.
void ca_query_ids_mix_case(ca_query_ids *ids, uint8_t *bytes, size_t length);

#endif
