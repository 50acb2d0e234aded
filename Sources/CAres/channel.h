// SPDX-License-Identifier: Apache-2.0

#ifndef CARES_CHANNEL_H
#define CARES_CHANNEL_H

#include "CAres.h"
#include "poller.h"
#include "transport.h"

struct ca_loop {
    ca_poller *poller;
    // Closed sockets are freed when no event of the current batch can name them any more.
    ca_socket *graveyard;
};

// What a socket's readiness means for its channel.
void ca_channel_serve(ca_socket *socket, bool readable, bool writable);

#endif
