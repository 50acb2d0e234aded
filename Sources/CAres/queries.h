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
    struct ca_channel *channel;
    uint64_t name;
    uint16_t id;
    // The id that went out: 1.18.1 leaves ours alone, later versions choose their own.
    uint16_t wire_id;
    bool has_left;
    size_t question_length;
    uint8_t question[];
} ca_query;

typedef struct {
    ca_query *first;
    size_t count;
    // The one that c-ares is being given.
    ca_query *sending;
    ca_query_ids ids;
} ca_queries;

// Gives the message an id. NULL when out of memory.
ca_query *ca_queries_begin(struct ca_channel *channel, uint64_t name, uint8_t *message, size_t length);
void ca_queries_end(ca_query *query);

// c-ares has written a datagram, or bytes that begin with a frame.
void ca_queries_note_written(struct ca_channel *channel, bool tcp, const uint8_t *bytes, size_t length);

// The question of the query that went out with this id, NULL when there is none.
const uint8_t *ca_queries_question(const struct ca_channel *channel, uint16_t wire_id, size_t *length);

#endif
