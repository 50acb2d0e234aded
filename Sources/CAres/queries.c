// SPDX-License-Identifier: Apache-2.0

#include "queries.h"

#include <stdlib.h>
#include <string.h>

#include "abridge.h"
#include "channel.h"

ca_query *ca_queries_begin(ca_channel *channel, uint64_t name, uint8_t *message, size_t length) {
    size_t question_length = ca_question_length(message, length);
    ca_query *query = calloc(1, sizeof *query + question_length);
    if (query == NULL) return NULL;
    ca_queries *queries = &channel->queries;
    query->channel = channel;
    query->name = name;
    query->id = query->wire_id = ca_query_ids_take(&queries->ids);
    query->question_length = question_length;
    memcpy(query->question, message + HEADER_SIZE, question_length);
    message[0] = (uint8_t)(query->id >> 8);
    message[1] = (uint8_t)query->id;

    query->next = queries->first;
    if (queries->first != NULL) queries->first->previous = query;
    queries->first = query;
    queries->count++;
    return query;
}

void ca_queries_end(ca_query *query) {
    ca_queries *queries = &query->channel->queries;
    if (query->next != NULL) query->next->previous = query->previous;
    if (query->previous != NULL) {
        query->previous->next = query->next;
    } else {
        queries->first = query->next;
    }
    if (queries->sending == query) queries->sending = NULL;
    ca_query_ids_give_back(&queries->ids, query->id);
    queries->count--;
    free(query);
}

static bool asks(const ca_query *query, const uint8_t *message, size_t length) {
    return query->question_length == ca_question_length(message, length) &&
           memcmp(query->question, message + HEADER_SIZE, query->question_length) == 0;
}

static void note_message(ca_queries *queries, const uint8_t *message, size_t length) {
    ca_query *query = queries->sending;
    if (query == NULL || query->has_left || !asks(query, message, length)) {
        // Over TCP 1.34 writes later what it is given while it connects.
        query = queries->first;
        while (query != NULL && (query->has_left || !asks(query, message, length))) query = query->next;
    }
    if (query == NULL) return;
    query->has_left = true;
    query->wire_id = (uint16_t)(message[0] << 8 | message[1]);
}

void ca_queries_note_written(ca_channel *channel, bool tcp, const uint8_t *bytes, size_t length) {
    ca_queries *queries = &channel->queries;
    if (!tcp) {
        // A datagram leaves as soon as c-ares is given it; anything else is a repetition.
        if (queries->sending != NULL && length >= HEADER_SIZE) note_message(queries, bytes, length);
        return;
    }
    while (length >= 2 + HEADER_SIZE) {
        size_t frame = (size_t)bytes[0] << 8 | bytes[1];
        if (frame < HEADER_SIZE || frame > length - 2) return;
        note_message(queries, bytes + 2, frame);
        bytes += 2 + frame;
        length -= 2 + frame;
    }
}

const uint8_t *ca_queries_question(const ca_channel *channel, uint16_t wire_id, size_t *length) {
    // A walk: such replies are rare, and queries are few.
    for (const ca_query *query = channel->queries.first; query != NULL; query = query->next) {
        if (query->wire_id != wire_id) continue;
        *length = query->question_length;
        return query->question;
    }
    return NULL;
}
