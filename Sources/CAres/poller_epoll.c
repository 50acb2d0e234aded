// SPDX-License-Identifier: Apache-2.0

#if defined(__linux__) && !defined(CA_USE_POLL)

#include "poller.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { BATCH = 64 };

struct ca_poller {
    int epoll;
    int wake;
};

ca_poller *ca_poller_create(void) {
    ca_poller *poller = malloc(sizeof *poller);
    if (poller == NULL) return NULL;
    poller->epoll = epoll_create1(EPOLL_CLOEXEC);
    poller->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    // Edge-triggered: every write is one event, and the counter need not be read back. This saves a system call for
    // each wake-up; filling the counter would take 2^64 of them.
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    if (poller->epoll < 0 || poller->wake < 0 ||
        epoll_ctl(poller->epoll, EPOLL_CTL_ADD, poller->wake, &event) != 0) {
        ca_poller_destroy(poller);
        return NULL;
    }
    return poller;
}

void ca_poller_destroy(ca_poller *poller) {
    if (poller->wake >= 0) close(poller->wake);
    if (poller->epoll >= 0) close(poller->epoll);
    free(poller);
}

int ca_poller_add(ca_poller *poller, int fd, void *owner) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = owner};
    return epoll_ctl(poller->epoll, EPOLL_CTL_ADD, fd, &event);
}

void ca_poller_set_writable(ca_poller *poller, int fd, void *owner, bool writable) {
    struct epoll_event event = {.events = EPOLLIN | (writable ? EPOLLOUT : 0u), .data.ptr = owner};
    epoll_ctl(poller->epoll, EPOLL_CTL_MOD, fd, &event);
}

void ca_poller_remove(ca_poller *poller, int fd) {
    struct epoll_event unused = {0};
    epoll_ctl(poller->epoll, EPOLL_CTL_DEL, fd, &unused);
}

void ca_poller_wake(ca_poller *poller) {
    const uint64_t one = 1;
    ssize_t written = write(poller->wake, &one, sizeof one);
    (void)written;
}

bool ca_poller_may_change_during_wait(void) { return true; }

int ca_poller_wait(ca_poller *poller, ca_event *events, int capacity, int timeout_milliseconds) {
    struct epoll_event ready[BATCH];
    int wanted = capacity < BATCH ? capacity : BATCH;
    int count = epoll_wait(poller->epoll, ready, wanted, timeout_milliseconds);
    int stored = 0;
    for (int i = 0; i < count; i++) {
        if (ready[i].data.ptr == NULL) continue;
        // Errors and hang-ups are reported by the next read.
        events[stored++] = (ca_event){
            .owner = ready[i].data.ptr,
            .readable = (ready[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0,
            .writable = (ready[i].events & EPOLLOUT) != 0,
        };
    }
    return stored;
}

#else
typedef int ca_poller_epoll_is_not_used;
#endif
