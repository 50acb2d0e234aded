// SPDX-License-Identifier: Apache-2.0
//
// Reports the readiness of a handful of sockets, and wake-ups from other threads. Uses epoll and eventfd on Linux, poll
// and a pipe elsewhere (and with CA_USE_POLL, so that the portable implementation can be tested on Linux).

#ifndef CARES_POLLER_H
#define CARES_POLLER_H

#include <stdbool.h>

typedef struct ca_poller ca_poller;

typedef struct {
    void *owner;
    bool readable;
    bool writable;
} ca_event;

ca_poller *ca_poller_create(void);
void ca_poller_destroy(ca_poller *poller);

// Sockets are watched for reading as soon as they are added.
int ca_poller_add(ca_poller *poller, int fd, void *owner);
void ca_poller_set_writable(ca_poller *poller, int fd, void *owner, bool writable);
void ca_poller_remove(ca_poller *poller, int fd);

void ca_poller_wake(ca_poller *poller);

// Returns true if another thread may add, change and remove sockets during a wait.
bool ca_poller_may_change_during_wait(void);

// Returns the number of events stored. A wake-up ends the wait but is not an event.
int ca_poller_wait(ca_poller *poller, ca_event *events, int capacity, int timeout_milliseconds);

#endif
