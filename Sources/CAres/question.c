// SPDX-License-Identifier: Apache-2.0

#include "question.h"

#include <string.h>

size_t ca_question_length(const uint8_t *message, size_t length) {
    size_t end = HEADER_SIZE;
    while (end < length && message[end] != 0) {
        // A pointer here would be invalid: only the header precedes the question.
        if (message[end] >= 0x40) return 0;
        end += 1 + (size_t)message[end];
    }
    end += 1 + 4;
    return end <= length && end <= HEADER_SIZE + QUESTION_SIZE ? end - HEADER_SIZE : 0;
}

static uint8_t lowercase(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

bool ca_question_is_equal(const uint8_t *left, const uint8_t *right, size_t length) {
    const size_t name_length = length - 4;
    // Label lengths are below 64, so they are not changed like letters.
    for (size_t i = 0; i < name_length; i++) {
        if (lowercase(left[i]) != lowercase(right[i])) return false;
    }
    return memcmp(left + name_length, right + name_length, 4) == 0;
}
