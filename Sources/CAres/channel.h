// SPDX-License-Identifier: Apache-2.0

#ifndef CARES_CHANNEL_H
#define CARES_CHANNEL_H

#define CARES_NO_DEPRECATED
#include <ares.h>

#include "CAres.h"
#include "poller.h"
#include "queries.h"
#include "transport.h"

enum { EVENT_BATCH = 64 };

struct ca_loop {
    ca_poller *poller;
    // The events of the latest wait that have not been served.
    ca_event events[EVENT_BATCH];
    int ready;
    // The buffer into which datagrams are read.
    uint8_t *datagrams;
    // Closed sockets, freed once no event of the latest wait can refer to them.
    ca_socket *graveyard;
};

struct ca_channel {
    ca_loop *loop;
    ares_channel ares;
    ca_socket *sockets;
    ca_completion completion;
    void *context;
    ca_queries queries;
    // The error of the latest socket failure; cleared by the next message.
    int failure;
    // The message that c-ares is processing. A completion that reports success is about this one.
    uint8_t *message;
    size_t message_length;
    uint64_t strays;
    unsigned stray_limit;
};

// Returns true if a message is to be passed to c-ares, as the answer to *query. Counts stray messages.
bool ca_channel_accepts(ca_channel *channel, const uint8_t *message, size_t length, ca_query **query);

// Makes c-ares use the shim's sockets.
void ca_channel_use_sockets(ca_channel *channel);

// ares_sock_state_cb.
void ca_channel_on_interest(void *channel, ares_socket_t fd, int readable, int writable);

// Serves a socket that is ready to be read or written.
void ca_channel_serve(ca_socket *socket, bool readable, bool writable);

#endif
