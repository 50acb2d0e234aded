// SPDX-License-Identifier: Apache-2.0
//
// The question of a message: its name, type and class, behind the header.

#ifndef CARES_QUESTION_H
#define CARES_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HEADER_SIZE = 12,
    // A name, its type and its class.
    QUESTION_SIZE = 255 + 4,
};

// Returns the length of the question behind a message's header, or 0 if it is invalid.
size_t ca_question_length(const uint8_t *message, size_t length);

// Returns true if two questions are the same, names compared without case (RFC 4343).
bool ca_question_is_equal(const uint8_t *left, const uint8_t *right, size_t length);

#endif
