// SPDX-License-Identifier: Apache-2.0

#include "queries.h"

#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "question.h"

static ca_query **bucket(ca_queries *queries, uint16_t wire_id) {
    return &queries->by_wire_id[wire_id % QUERY_BUCKETS];
}

static void put_into_bucket(ca_queries *queries, ca_query *query, uint16_t wire_id) {
    query->wire_id = wire_id;
    query->next_in_bucket = *bucket(queries, wire_id);
    *bucket(queries, wire_id) = query;
}

static void take_from_bucket(ca_queries *queries, ca_query *query) {
    ca_query **link = bucket(queries, query->wire_id);
    while (*link != query) link = &(*link)->next_in_bucket;
    *link = query->next_in_bucket;
}

ca_query *ca_queries_begin(ca_channel *channel, uint64_t name, uint8_t *message, size_t length, bool mixes_case) {
    size_t question_length = ca_question_length(message, length);
    ca_query *query = calloc(1, sizeof *query + 2 * question_length);
    if (query == NULL) return NULL;
    ca_queries *queries = &channel->queries;
    query->channel = channel;
    query->name = name;
    query->id = ca_query_ids_take(&queries->ids);
    query->question_length = question_length;
    memcpy(query->questions + question_length, message + HEADER_SIZE, question_length);
    if (mixes_case && question_length > 4) {
        query->has_mixed_case = true;
        ca_query_ids_mix_case(&queries->ids, message + HEADER_SIZE, question_length - 4);
    }
    memcpy(query->questions, message + HEADER_SIZE, question_length);
    message[0] = (uint8_t)(query->id >> 8);
    message[1] = (uint8_t)query->id;

    put_into_bucket(queries, query, query->id);
    query->next = queries->first;
    if (queries->first != NULL) queries->first->previous = query;
    queries->first = query;
    queries->count++;
    queries->unwritten++;
    return query;
}

void ca_queries_end(ca_query *query) {
    ca_queries *queries = &query->channel->queries;
    take_from_bucket(queries, query);
    ca_query_ids_note_ended(&queries->ids, query->wire_id);
    if (query->next != NULL) query->next->previous = query->previous;
    if (query->previous != NULL) {
        query->previous->next = query->next;
    } else {
        queries->first = query->next;
    }
    if (queries->sending == query) queries->sending = NULL;
    if (!query->is_written) queries->unwritten--;
    ca_query_ids_give_back(&queries->ids, query->id);
    queries->count--;
    free(query);
}

static bool is_written_as(const ca_query *query, const uint8_t *message, size_t length) {
    return !query->is_written && query->question_length == ca_question_length(message, length) &&
           memcmp(ca_query_sent(query), message + HEADER_SIZE, query->question_length) == 0;
}

void ca_queries_note_written(ca_queries *queries, const uint8_t *message, size_t length) {
    // Without unwritten queries, the message is a repetition.
    if (queries->unwritten == 0 || length < HEADER_SIZE) return;
    ca_query *query = queries->sending;
    if (query == NULL || !is_written_as(query, message, length)) {
        // Queries passed to c-ares while it connects are written later, in the same order.
        query = NULL;
        for (ca_query *other = queries->first; other != NULL; other = other->next) {
            if (is_written_as(other, message, length)) query = other;
        }
    }
    if (query == NULL) return;
    query->is_written = true;
    queries->unwritten--;
    take_from_bucket(queries, query);
    put_into_bucket(queries, query, (uint16_t)(message[0] << 8 | message[1]));
}

ca_query *ca_queries_find(const ca_queries *queries, uint16_t wire_id) {
    ca_query *query = queries->by_wire_id[wire_id % QUERY_BUCKETS];
    while (query != NULL && query->wire_id != wire_id) query = query->next_in_bucket;
    return query;
}
