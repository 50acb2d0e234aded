// SPDX-License-Identifier: Apache-2.0
//
// Unpredictable IDs, unique among the queries under way. 1.18.1 leaves the ID of a ready-made message unchanged (and
// its own IDs are not unique: it compares them byte-swapped); 1.34 chooses its own.

#ifndef CARES_QUERY_IDS_H
#define CARES_QUERY_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t used[65536 / 64];
    // The IDs of queries that have ended.
    uint64_t ended[65536 / 64];
    uint16_t random[128];
    int left;
} ca_query_ids;

uint16_t ca_query_ids_take(ca_query_ids *ids);
void ca_query_ids_give_back(ca_query_ids *ids, uint16_t id);

// Records that the query with this ID on the wire has ended: a further answer to it is a repetition, not a guess.
void ca_query_ids_note_ended(ca_query_ids *ids, uint16_t wire_id);
bool ca_query_ids_has_ended(const ca_query_ids *ids, uint16_t wire_id);

// Randomizes the case of the letters among the bytes.
void ca_query_ids_mix_case(ca_query_ids *ids, uint8_t *bytes, size_t length);

#endif
