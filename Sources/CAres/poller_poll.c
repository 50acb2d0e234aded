// SPDX-License-Identifier: Apache-2.0

#if !defined(__linux__) || defined(CA_USE_POLL)

#include "poller.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

struct ca_poller {
    int wake_read;
    int wake_write;
    // Entry 0 is the wake-up pipe.
    struct pollfd *polled;
    void **owners;
    int count;
    int capacity;
};

static void make_private(int fd) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
}

static int append(ca_poller *poller, int fd, void *owner) {
    if (poller->count == poller->capacity) {
        int capacity = poller->capacity * 2 + 8;
        struct pollfd *polled = realloc(poller->polled, (size_t)capacity * sizeof *polled);
        if (polled == NULL) return -1;
        poller->polled = polled;
        void **owners = realloc(poller->owners, (size_t)capacity * sizeof *owners);
        if (owners == NULL) return -1;
        poller->owners = owners;
        poller->capacity = capacity;
    }
    poller->polled[poller->count] = (struct pollfd){.fd = fd, .events = POLLIN};
    poller->owners[poller->count] = owner;
    poller->count++;
    return 0;
}

ca_poller *ca_poller_create(void) {
    ca_poller *poller = calloc(1, sizeof *poller);
    if (poller == NULL) return NULL;
    int ends[2];
    if (pipe(ends) != 0) {
        free(poller);
        return NULL;
    }
    make_private(ends[0]);
    make_private(ends[1]);
    poller->wake_read = ends[0];
    poller->wake_write = ends[1];
    if (append(poller, poller->wake_read, NULL) != 0) {
        ca_poller_destroy(poller);
        return NULL;
    }
    return poller;
}

void ca_poller_destroy(ca_poller *poller) {
    close(poller->wake_read);
    close(poller->wake_write);
    free(poller->polled);
    free(poller->owners);
    free(poller);
}

int ca_poller_add(ca_poller *poller, int fd, void *owner) { return append(poller, fd, owner); }

static int index_of(const ca_poller *poller, int fd) {
    for (int i = 1; i < poller->count; i++) {
        if (poller->polled[i].fd == fd) return i;
    }
    return -1;
}

void ca_poller_set_writable(ca_poller *poller, int fd, void *owner, bool writable) {
    (void)owner;
    int i = index_of(poller, fd);
    if (i > 0) poller->polled[i].events = (short)(POLLIN | (writable ? POLLOUT : 0));
}

void ca_poller_remove(ca_poller *poller, int fd) {
    int i = index_of(poller, fd);
    if (i < 0) return;
    poller->count--;
    poller->polled[i] = poller->polled[poller->count];
    poller->owners[i] = poller->owners[poller->count];
}

void ca_poller_wake(ca_poller *poller) {
    // A full pipe already holds a wake-up.
    ssize_t written = write(poller->wake_write, "", 1);
    (void)written;
}

bool ca_poller_may_change_during_wait(void) { return false; }

int ca_poller_wait(ca_poller *poller, ca_event *events, int capacity, int timeout_milliseconds) {
    if (poll(poller->polled, (nfds_t)poller->count, timeout_milliseconds) <= 0) return 0;
    if (poller->polled[0].revents != 0) {
        char drained[64];
        while (read(poller->wake_read, drained, sizeof drained) == (ssize_t)sizeof drained) continue;
    }
    int stored = 0;
    for (int i = 1; i < poller->count && stored < capacity; i++) {
        short ready = poller->polled[i].revents;
        if (ready == 0) continue;
        events[stored++] = (ca_event){
            .owner = poller->owners[i],
            .readable = (ready & (POLLIN | POLLERR | POLLHUP)) != 0,
            .writable = (ready & POLLOUT) != 0,
        };
    }
    return stored;
}

#else
typedef int ca_poller_poll_is_not_used;
#endif
