// SPDX-License-Identifier: Apache-2.0
//
// What c-ares is shown of a message: enough to find the query it belongs to, and nothing to judge.
//
// - c-ares never sees a record, so that no version of it can stumble over one (1.34 closes the connection under all other
//   queries, 1.34.7 refuses compressed SRV targets), and reading a large answer costs it no more than a small one.
// - It sees neither the response code nor TC: 1.34 would ask again without EDNS after a FORMERR, and would shorten its
//   timeouts by the latency of what went well, down to resending on a healthy TCP connection.
// - What is no reply to a question that is being asked is not shown at all: c-ares takes a query that is sent back for
//   its answer, and 1.34 closes the connection over a message with a type or a class that it does not know. The id is
//   looked up first, so that a flood of other messages costs next to nothing.

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
    // A reply to a query under way, but for the case in which the name was sent.
    CA_OTHER_CASE,
    CA_STRAY,
} ca_relation;

enum {
    HEADER_SIZE = 12,
    // A name, its type and its class.
    QUESTION_SIZE = 255 + 4,
    ABRIDGED_SIZE = HEADER_SIZE + QUESTION_SIZE,
};

// The length of the question behind a message's header, 0 when there is none that makes sense.
size_t ca_question_length(const uint8_t *message, size_t length);

// Whether two questions are the same, names compared without case (RFC 4343).
bool ca_question_is_equal(const uint8_t *left, const uint8_t *right, size_t length);

// Tells what a message is to the queries under way, and to which of them. A reply without a question (the FORMERR and
// NOTIMP of Consul are bare headers) belongs to the query with its id.
ca_relation ca_relate(const struct ca_channel *channel, const uint8_t *message, size_t length, ca_query **query);

// Writes what c-ares is to be shown of a reply to this query; returns its length.
size_t ca_abridge(const ca_query *query, const uint8_t *message, uint8_t *abridged);

#endif
