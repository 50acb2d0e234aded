// SPDX-License-Identifier: Apache-2.0
//
// The queries that c-ares holds for a channel.

#ifndef CARES_QUERIES_H
#define CARES_QUERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query_ids.h"

struct ca_channel;

typedef struct ca_query {
    struct ca_query *next;
    struct ca_query *previous;
    struct ca_query *next_in_bucket;
    struct ca_channel *channel;
    uint64_t name;
    uint16_t id;
    // The id that went out: 1.18.1 leaves ours alone, later versions choose their own.
    uint16_t wire_id;
    bool is_written;
    size_t question_length;
    uint8_t question[];
} ca_query;

// A power of two, and about as many as there are queries at most.
enum { QUERY_BUCKETS = 1024 };

typedef struct {
    ca_query *first;
    size_t count;
    // Those that c-ares has been given and not yet written.
    size_t unwritten;
    // The one that c-ares is being given.
    ca_query *sending;
    ca_query *by_wire_id[QUERY_BUCKETS];
    ca_query_ids ids;
} ca_queries;

// Gives the message an id. NULL when out of memory.
ca_query *ca_queries_begin(struct ca_channel *channel, uint64_t name, uint8_t *message, size_t length);
void ca_queries_end(ca_query *query);

// c-ares has written a message.
void ca_queries_note_written(struct ca_channel *channel, const uint8_t *message, size_t length);

// The query that went out with this id, NULL when there is none.
const ca_query *ca_queries_find(const struct ca_channel *channel, uint16_t wire_id);

#endif
