// SPDX-License-Identifier: Apache-2.0

#include "abridge.h"

#include <string.h>

#include "channel.h"

size_t ca_question_length(const uint8_t *message, size_t length) {
    size_t end = HEADER_SIZE;
    while (end < length && message[end] != 0) {
        // Nothing precedes the question that a pointer could lead to.
        if (message[end] >= 0x40) return 0;
        end += 1 + (size_t)message[end];
    }
    end += 1 + 4;
    return end <= length && end <= ABRIDGED_SIZE ? end - HEADER_SIZE : 0;
}

static uint8_t lowercase(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

bool ca_question_is_equal(const uint8_t *left, const uint8_t *right, size_t length) {
    const size_t name_length = length - 4;
    // Lengths of labels are below 64, so that they are no letters.
    for (size_t i = 0; i < name_length; i++) {
        if (lowercase(left[i]) != lowercase(right[i])) return false;
    }
    return memcmp(left + name_length, right + name_length, 4) == 0;
}

static bool asks(const ca_query *query, const uint8_t *message, size_t question_length) {
    return query->question_length == question_length &&
           ca_question_is_equal(message + HEADER_SIZE, query->question, question_length);
}

// A query under way that asks what the message answers. Which of several equal ones it is for is left to c-ares.
static const ca_query *find_asking(const struct ca_channel *channel, const uint8_t *message, size_t length) {
    const size_t question_length = ca_question_length(message, length);
    if (question_length == 0) return NULL;
    const ca_query *query = ca_queries_find(channel, (uint16_t)(message[0] << 8 | message[1]));
    if (query != NULL && asks(query, message, question_length)) return query;
    query = channel->queries.first;
    while (query != NULL && !asks(query, message, question_length)) query = query->next;
    return query;
}

size_t ca_abridge(const struct ca_channel *channel, const uint8_t *message, size_t length, uint8_t *abridged) {
    // A reply to a plain query. 1.34 gives the connection up over an opcode that it does not know.
    if (length < HEADER_SIZE || (message[2] & 0xF8) != 0x80) return 0;
    const unsigned questions = (unsigned)message[4] << 8 | message[5];
    const unsigned code = message[3] & 0x0F;
    const ca_query *query = NULL;
    if (questions == 1) query = find_asking(channel, message, length);
    if (questions == 0 && code != 0) query = ca_queries_find(channel, (uint16_t)(message[0] << 8 | message[1]));
    if (query == NULL) return 0;
    // QR and RD are the message's own. SERVFAIL is the one code that no version draws a conclusion from.
    const uint8_t header[HEADER_SIZE] = {message[0], message[1], message[2] & 0xF9, 2, 0, 1};
    memcpy(abridged, header, sizeof header);
    memcpy(abridged + HEADER_SIZE, query->question, query->question_length);
    return HEADER_SIZE + query->question_length;
}
