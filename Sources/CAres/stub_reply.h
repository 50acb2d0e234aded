// SPDX-License-Identifier: Apache-2.0
//
// The stub that is passed to c-ares in place of a reply: enough to find its query, without anything to interpret.
//
// - c-ares never sees a record, so that no version of it can fail on one (1.34 closes the connection under all other
//   queries, 1.34.7 refuses compressed SRV targets), and reading a large answer costs it no more than a small one.
// - It sees neither the response code nor TC: 1.34 would send the query again without EDNS after a FORMERR, and would
//   shorten its timeouts by the latency of successful queries, down to resending on a healthy TCP connection.
// - A message that is no reply to a pending query is not passed on at all: c-ares accepts a query that is sent back as
//   its answer, and 1.34 closes the connection over a message with a type or a class that it does not know. The ID is
//   looked up first, so that a flood of other messages costs very little.

#ifndef CARES_STUB_REPLY_H
#define CARES_STUB_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "queries.h"
#include "question.h"

typedef enum {
    // A reply to a query under way.
    CA_MATCH,
    // A reply to a query that has ended.
    CA_REPETITION,
    // A reply to a query under way, but with the name in another case than it was sent.
    CA_OTHER_CASE,
    CA_STRAY,
} ca_relation;

enum { STUB_REPLY_SIZE = HEADER_SIZE + QUESTION_SIZE };

// Determines the relation of a message to the queries under way, and stores the query. A reply without a question
// (Consul's FORMERR and NOTIMP are bare headers) belongs to the query with its ID.
ca_relation ca_relate(const ca_queries *queries, const uint8_t *message, size_t length, ca_query **query);

// Writes the stub of a reply to this query for c-ares; returns its length.
size_t ca_write_stub_reply(const ca_query *query, const uint8_t *message, uint8_t *stub);

#endif
