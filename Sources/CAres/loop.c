// SPDX-License-Identifier: Apache-2.0

#include <stdlib.h>

#include "channel.h"

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

bool ca_loop_may_change_during_wait(void) { return ca_poller_may_change_during_wait(); }

int ca_loop_wait(ca_loop *loop, int timeout_milliseconds) {
    loop->ready = ca_poller_wait(loop->poller, loop->events, EVENT_BATCH, timeout_milliseconds);
    return loop->ready;
}

void ca_loop_serve(ca_loop *loop) {
    for (int i = 0; i < loop->ready; i++) {
        ca_socket *socket = loop->events[i].owner;
        // An earlier event, or another thread after the wait, may have closed it.
        if (!socket->closed) ca_channel_serve(socket, loop->events[i].readable, loop->events[i].writable);
    }
    loop->ready = 0;
    bury(loop);
}
