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
    // The ID on the wire: 1.18.1 keeps ours, later versions choose their own.
    uint16_t wire_id;
    bool is_written;
    // The name was sent in a random case.
    bool has_mixed_case;
    // CA_CASE_CHANGED has been reported.
    bool has_changed_case;
    size_t question_length;
    // The question as it was sent, followed by the question as the caller wrote it.
    uint8_t questions[];
} ca_query;

static inline const uint8_t *ca_query_sent(const ca_query *query) { return query->questions; }
static inline const uint8_t *ca_query_asked(const ca_query *query) { return query->questions + query->question_length; }

// A power of two, and about as many as there are queries at most.
enum { QUERY_BUCKETS = 1024 };

typedef struct {
    ca_query *first;
    size_t count;
    // The number of queries that c-ares has received and not yet written.
    size_t unwritten;
    // The query that is being passed to c-ares.
    ca_query *sending;
    ca_query *by_wire_id[QUERY_BUCKETS];
    ca_query_ids ids;
} ca_queries;

// Assigns an ID to the message, and a random case to its name if requested. Returns NULL if out of memory.
ca_query *ca_queries_begin(struct ca_channel *channel, uint64_t name, uint8_t *message, size_t length, bool mixes_case);
void ca_queries_end(ca_query *query);

// Records that c-ares has written a message.
void ca_queries_note_written(ca_queries *queries, const uint8_t *message, size_t length);

// Returns the query with this ID on the wire, or NULL if there is none.
ca_query *ca_queries_find(const ca_queries *queries, uint16_t wire_id);

#endif
