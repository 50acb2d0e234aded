// SPDX-License-Identifier: Apache-2.0

#ifndef CARES_CHANNEL_H
#define CARES_CHANNEL_H

#define CARES_NO_DEPRECATED
#include <ares.h>

#include "CAres.h"
#include "poller.h"
#include "queries.h"
#include "transport.h"

struct ca_loop {
    ca_poller *poller;
    // Where datagrams are read to.
    uint8_t *datagrams;
    // Closed sockets are freed when no event of the current batch can name them any more.
    ca_socket *graveyard;
};

struct ca_channel {
    ca_loop *loop;
    ares_channel ares;
    ca_socket *sockets;
    ca_completion completion;
    void *context;
    ca_queries queries;
    // Why the latest socket failed; cleared by the next message.
    int failure;
    // The message that c-ares is looking at. A completion that reports success is about this one.
    uint8_t *message;
    size_t message_length;
    uint64_t strays;
    unsigned stray_limit;
};

// Whether a message is to be shown to c-ares, as the answer to *query. Counts what is not.
bool ca_channel_accepts(ca_channel *channel, const uint8_t *message, size_t length, ca_query **query);

// Makes c-ares use the shim's sockets.
void ca_channel_use_sockets(ca_channel *channel);

// ares_sock_state_cb.
void ca_channel_on_interest(void *channel, ares_socket_t fd, int readable, int writable);

// What a socket's readiness means for its channel.
void ca_channel_serve(ca_socket *socket, bool readable, bool writable);

#endif
