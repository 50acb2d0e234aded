// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "CAres.h"

typedef struct {
    char name[16];
    void (*body)(void *);
    void *context;
} thread_start;

static void *run(void *argument) {
    thread_start start = *(thread_start *)argument;
    free(argument);
#if defined(__APPLE__)
    pthread_setname_np(start.name);
#else
    pthread_setname_np(pthread_self(), start.name);
#endif
    start.body(start.context);
    return NULL;
}

bool ca_thread_start(const char *name, void (*body)(void *context), void *context) {
    thread_start *start = malloc(sizeof *start);
    if (start == NULL) return false;
    snprintf(start->name, sizeof start->name, "%s", name);
    start->body = body;
    start->context = context;

    // The new thread inherits the mask, so that no signal can reach it before its own mask is set.
    sigset_t all, previous;
    sigfillset(&all);
    // Signals that a fault raises in the thread itself; if they were blocked, a fault would end the process without a
    // report.
    const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    bool started = pthread_create(&thread, &attributes, run, start) == 0;
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    if (!started) free(start);
    return started;
}
