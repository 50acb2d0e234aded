// SPDX-License-Identifier: Apache-2.0

#include <stdlib.h>

#include "channel.h"

enum { EVENT_BATCH = 64 };

ca_loop *ca_loop_create(void) {
    ca_loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) return NULL;
    loop->datagrams = ca_datagram_buffer_create();
    if (loop->datagrams != NULL) loop->poller = ca_poller_create();
    if (loop->poller == NULL) {
        free(loop->datagrams);
        free(loop);
        return NULL;
    }
    return loop;
}

static void bury(ca_loop *loop) {
    while (loop->graveyard != NULL) {
        ca_socket *next = loop->graveyard->next;
        ca_socket_free(loop->graveyard);
        loop->graveyard = next;
    }
}

void ca_loop_destroy(ca_loop *loop) {
    bury(loop);
    ca_poller_destroy(loop->poller);
    free(loop->datagrams);
    free(loop);
}

void ca_loop_wake(ca_loop *loop) { ca_poller_wake(loop->poller); }

int ca_loop_run(ca_loop *loop, int timeout_milliseconds) {
    ca_event events[EVENT_BATCH];
    int count = ca_poller_wait(loop->poller, events, EVENT_BATCH, timeout_milliseconds);
    for (int i = 0; i < count; i++) {
        ca_socket *socket = events[i].owner;
        // An earlier event may have closed it.
        if (!socket->closed) ca_channel_serve(socket, events[i].readable, events[i].writable);
    }
    bury(loop);
    return count;
}
