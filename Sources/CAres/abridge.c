// SPDX-License-Identifier: Apache-2.0

#include "abridge.h"

#include <string.h>

#include "queries.h"

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

size_t ca_abridge(const struct ca_channel *channel, const uint8_t *message, size_t length, uint8_t *abridged) {
    if (length < HEADER_SIZE || (message[2] & 0x80) == 0) return 0;
    const unsigned questions = (unsigned)message[4] << 8 | message[5];
    const unsigned code = message[3] & 0x0F;
    const uint8_t *question = NULL;
    size_t question_length = 0;
    if (questions == 1) {
        question = message + HEADER_SIZE;
        question_length = ca_question_length(message, length);
    } else if (questions == 0 && code != 0) {
        question = ca_queries_question(channel, (uint16_t)(message[0] << 8 | message[1]), &question_length);
    }
    if (question_length == 0) return 0;
    // QR, opcode and RD are the message's own. SERVFAIL is the one code that no version draws a conclusion from.
    const uint8_t header[HEADER_SIZE] = {message[0], message[1], message[2] & 0xF9, 2, 0, 1};
    memcpy(abridged, header, sizeof header);
    memcpy(abridged + HEADER_SIZE, question, question_length);
    return HEADER_SIZE + question_length;
}
