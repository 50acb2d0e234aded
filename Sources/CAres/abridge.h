// SPDX-License-Identifier: Apache-2.0
//
// The part of a message that is passed to c-ares: enough to find its query, without anything to interpret.
//
// - c-ares never sees a record, so that no version of it can fail on one (1.34 closes the connection under all other
//   queries, 1.34.7 refuses compressed SRV targets), and reading a large answer costs it no more than a small one.
// - It sees neither the response code nor TC: 1.34 would send the query again without EDNS after a FORMERR, and would
//   shorten its timeouts by the latency of successful queries, down to resending on a healthy TCP connection.
// - A message that is no reply to a pending query is not passed on at all: c-ares accepts a query that is sent back as
//   its answer, and 1.34 closes the connection over a message with a type or a class that it does not know. The ID is
//   looked up first, so that a flood of other messages costs very little.

#ifndef CARES_ABRIDGE_H
#define CARES_ABRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "queries.h"

struct ca_channel;

typedef enum {
    // A reply to a query under way.
    CA_MATCH,
    // A reply to a query that has ended.
    CA_REPETITION,
    // A reply to a query under way, but with the name in another case than it was sent.
    CA_OTHER_CASE,
    CA_STRAY,
} ca_relation;

enum {
    HEADER_SIZE = 12,
    // A name, its type and its class.
    QUESTION_SIZE = 255 + 4,
    ABRIDGED_SIZE = HEADER_SIZE + QUESTION_SIZE,
};

// Returns the length of the question behind a message's header, or 0 if it is invalid.
size_t ca_question_length(const uint8_t *message, size_t length);

// Returns true if two questions are the same, names compared without case (RFC 4343).
bool ca_question_is_equal(const uint8_t *left, const uint8_t *right, size_t length);

// Determines the relation of a message to the queries under way, and stores the query. A reply without a question
// (Consul's FORMERR and NOTIMP are bare headers) belongs to the query with its ID.
ca_relation ca_relate(const struct ca_channel *channel, const uint8_t *message, size_t length, ca_query **query);

// Writes the abridged form of a reply to this query for c-ares; returns its length.
size_t ca_abridge(const ca_query *query, const uint8_t *message, uint8_t *abridged);

#endif
