// SPDX-License-Identifier: Apache-2.0

#include "stub_reply.h"

#include <string.h>

static ca_relation relation(const ca_query *query, const uint8_t *message, size_t question_length) {
    if (query->question_length != question_length) return CA_STRAY;
    const uint8_t *question = message + HEADER_SIZE;
    if (memcmp(question, ca_query_sent(query), question_length) == 0) return CA_MATCH;
    if (!ca_question_is_equal(question, ca_query_sent(query), question_length)) return CA_STRAY;
    return query->has_mixed_case ? CA_OTHER_CASE : CA_MATCH;
}

ca_relation ca_relate(const ca_queries *queries, const uint8_t *message, size_t length, ca_query **query) {
    if (length < HEADER_SIZE) return CA_STRAY;
    const uint16_t id = (uint16_t)(message[0] << 8 | message[1]);
    *query = ca_queries_find(queries, id);
    if (*query == NULL) return ca_query_ids_has_ended(&queries->ids, id) ? CA_REPETITION : CA_STRAY;
    // Only replies with opcode QUERY. 1.34 closes the connection over an opcode that it does not know.
    if ((message[2] & 0xF8) != 0x80) return CA_STRAY;
    const unsigned questions = (unsigned)message[4] << 8 | message[5];
    const unsigned code = message[3] & 0x0F;
    if (questions == 0 && code != 0) return CA_MATCH;
    if (questions != 1) return CA_STRAY;
    const size_t question_length = ca_question_length(message, length);
    return question_length == 0 ? CA_STRAY : relation(*query, message, question_length);
}

size_t ca_write_stub_reply(const ca_query *query, const uint8_t *message, uint8_t *stub) {
    // QR and RD are copied from the message. SERVFAIL is the one code from which no version draws a conclusion.
    const uint8_t header[HEADER_SIZE] = {message[0], message[1], message[2] & 0xF9, 2, 0, 1};
    memcpy(stub, header, sizeof header);
    memcpy(stub + HEADER_SIZE, ca_query_sent(query), query->question_length);
    return HEADER_SIZE + query->question_length;
}
