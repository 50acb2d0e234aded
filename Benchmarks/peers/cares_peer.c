// SPDX-License-Identifier: Apache-2.0
//
// The yardstick: the performance of a C program that uses the same c-ares for the same work.
//
// "Our library takes 70 microseconds" has a meaning only beside a comparable program that takes 60 or 600. So this
// program sends the same queries to the same server through the same libcares, with the same channel settings, and
// decodes each answer completely. It is meant to be hard to beat:
//
//   * --mode inline issues, drives and decodes on one thread: no hand-off at all, the floor for this c-ares;
//   * --mode thread runs c-ares on a thread of its own and hands queries and answers across, with an eventfd, mutexes
//     and a condition variable. A library with callers on other threads has to do this in any language, so it is the
//     fair comparison; the difference between the two modes is the price of the hand-off, not of a language.
//
// The result is one JSON line with the keys the package's own benchmark prints.

#include "endpoints.h"
#include "wire.h"

#include <ares.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    MAX_WATCHES = 16,
    RECEIVE_BUFFER = 1 << 20,
    TICK_MILLISECONDS = 100,
    // Turns off the query cache of c-ares 1.31 and later (`ARES_OPT_QUERY_CACHE` with a lifetime of zero). 1.18.1 has
    // no cache and ignores the bit; a run against a newer library must not turn into a benchmark of a hash table.
    OPTION_QUERY_CACHE = 1 << 21,
};

static struct {
    const char *server;
    const char *name;
    unsigned long queries;
    unsigned inFlight;
    unsigned edns;
    bool tcp;
    bool thread;
    unsigned long seconds;
} config = { .name = "web.service.consul", .queries = 20000, .inFlight = 1, .edns = 4096, .seconds = 60 };

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void check(int error, const char *what)
{
    if (error != 0) {
        fail(what, strerror(error));
    }
}

// MARK: Queries in flight

typedef struct Driver Driver;

// One query in flight, reused for the next. It belongs to one side at a time, so it needs no lock of its own.
typedef struct Slot {
    Driver *driver;
    struct Slot *next;
    uint64_t submitted;
    uint64_t finished;
    bool succeeded;
    EndpointList endpoints;
} Slot;

typedef struct {
    Slot *head;
    Slot **tail;
} SlotQueue;

static void clear(SlotQueue *queue)
{
    queue->head = NULL;
    queue->tail = &queue->head;
}

static void append(SlotQueue *queue, Slot *slot)
{
    slot->next = NULL;
    *queue->tail = slot;
    queue->tail = &slot->next;
}

// Moves all slots: a batch of any length changes hands under one lock.
static void moveAll(SlotQueue *from, SlotQueue *to)
{
    if (from->head != NULL) {
        *to->tail = from->head;
        to->tail = from->tail;
        clear(from);
    }
}

static Slot *takeFirst(SlotQueue *queue)
{
    Slot *slot = queue->head;
    if (slot != NULL) {
        queue->head = slot->next;
        if (queue->head == NULL) {
            queue->tail = &queue->head;
        }
    }
    return slot;
}

// MARK: The epoll driver around one channel

typedef struct {
    int fd;
    uint32_t wanted;     // the events that c-ares requested
    uint32_t registered; // the events that epoll watches
} Watch;

struct Driver {
    ares_channel channel;
    int epoll;
    Watch watches[MAX_WATCHES];
    unsigned watchCount;
    unsigned pending;
    SlotQueue done;
    uint64_t deadline;
    bool expired;
};

// c-ares reports a change for almost every TCP query: writable wanted, written, writable no longer wanted. Two
// epoll_ctl calls per query are waste, so changes are only recorded, and applied before the next sleep. Only a removal
// cannot wait: c-ares closes the descriptor next, and its number may be reused.
static void socketStateChanged(void *data, ares_socket_t fd, int readable, int writable)
{
    Driver *driver = data;
    const uint32_t wanted = (readable ? (uint32_t)EPOLLIN : 0u) | (writable ? (uint32_t)EPOLLOUT : 0u);
    unsigned i = 0;
    while (i < driver->watchCount && driver->watches[i].fd != fd) {
        i++;
    }
    if (wanted == 0) {
        if (i < driver->watchCount) {
            if (driver->watches[i].registered != 0) {
                epoll_ctl(driver->epoll, EPOLL_CTL_DEL, fd, NULL);
            }
            driver->watches[i] = driver->watches[--driver->watchCount];
        }
        return;
    }
    if (i == driver->watchCount) {
        if (driver->watchCount == MAX_WATCHES) {
            fail("c-ares", "more sockets than one server can need");
        }
        driver->watches[driver->watchCount++] = (Watch){ .fd = fd };
    }
    driver->watches[i].wanted = wanted;
}

static void answered(void *argument, int status, int timeouts, unsigned char *answer, int size)
{
    (void)timeouts;
    Slot *slot = argument;
    // The bytes belong to c-ares and are freed when this function returns: decoding here saves copying them.
    slot->succeeded = status == ARES_SUCCESS && answer != NULL && size > 0
        && endpoints_decode(&slot->endpoints, answer, (size_t)size) && slot->endpoints.count > 0;
    slot->finished = wire_now();
    slot->driver->pending--;
    append(&slot->driver->done, slot);
}

static void startDriver(Driver *driver)
{
    *driver = (Driver){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
    if (driver->epoll < 0) {
        fail("epoll_create1", strerror(errno));
    }
    clear(&driver->done);
    driver->deadline = wire_now() + config.seconds * 1000000000u;

    // Larger than the structure at compile time, and zero: a newer libcares reads fields beyond its end.
    union {
        struct ares_options options;
        unsigned char room[512];
    } storage;
    memset(&storage, 0, sizeof storage);
    struct ares_options *options = &storage.options;
    char lookups[] = "b", resolvconf[] = "/dev/null";
    // STAYOPEN: one socket for all queries. NOCHECKRESP: a SERVFAIL is an answer, not a reason for a silent retry.
    // IGNTC: an answer that fits the advertised size is accepted; a change to TCP in the middle would mix two
    // measurements.
    options->flags = ARES_FLAG_STAYOPEN | ARES_FLAG_NOCHECKRESP | ARES_FLAG_IGNTC
        | (config.tcp ? ARES_FLAG_USEVC : 0) | (config.edns > 0 ? ARES_FLAG_EDNS : 0);
    options->ednspsz = (int)config.edns;
    options->timeout = 2000;
    options->tries = 3;
    options->lookups = lookups;
    options->resolvconf_path = resolvconf;
    // The default holds about 60 replies of 3 kB. Replies that overflow are lost, and each costs a timeout of two
    // seconds.
    options->socket_receive_buffer_size = RECEIVE_BUFFER;
    options->sock_state_cb = socketStateChanged;
    options->sock_state_cb_data = driver;
    const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF
        | ARES_OPT_SOCK_RCVBUF | ARES_OPT_SOCK_STATE_CB | ARES_OPT_NOROTATE | OPTION_QUERY_CACHE
        | (config.edns > 0 ? ARES_OPT_EDNSPSZ : 0);
    int status = ares_init_options(&driver->channel, options, mask);
    if (status == ARES_SUCCESS) {
        status = ares_set_servers_ports_csv(driver->channel, config.server);
    }
    if (status != ARES_SUCCESS) {
        fail("c-ares", ares_strerror(status));
    }
}

static void stopDriver(Driver *driver)
{
    ares_destroy(driver->channel);
    close(driver->epoll);
}

// May complete at once, inside ares_query: the slot is then already in `done`.
static void issue(Driver *driver, Slot *slot)
{
    slot->driver = driver;
    driver->pending++;
    if (driver->expired) {
        answered(slot, ARES_ETIMEOUT, 0, NULL, 0);
    } else {
        ares_query(driver->channel, config.name, WIRE_CLASS_IN, WIRE_TYPE_SRV, answered, slot);
    }
}

static bool isWatched(const Driver *driver, int fd)
{
    for (unsigned i = 0; i < driver->watchCount; i++) {
        if (driver->watches[i].fd == fd) {
            return true;
        }
    }
    return false;
}

// Queries over TCP wait in c-ares until the socket is reported writable. It practically always is: write at once, all
// queries of a batch in one call, and leave it to epoll only if that did not empty the queue.
static void writeQueued(Driver *driver)
{
    int writable[MAX_WATCHES];
    unsigned count = 0;
    for (unsigned i = 0; i < driver->watchCount; i++) {
        if ((driver->watches[i].wanted & EPOLLOUT) != 0) {
            writable[count++] = driver->watches[i].fd;
        }
    }
    for (unsigned i = 0; i < count; i++) {
        if (isWatched(driver, writable[i])) {
            ares_process_fd(driver->channel, ARES_SOCKET_BAD, writable[i]);
        }
    }
}

static void applyWatches(Driver *driver)
{
    for (unsigned i = 0; i < driver->watchCount; i++) {
        Watch *watch = &driver->watches[i];
        if (watch->wanted != watch->registered) {
            struct epoll_event event = { .events = watch->wanted, .data.fd = watch->fd };
            const int operation = watch->registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
            if (epoll_ctl(driver->epoll, operation, watch->fd, &event) != 0) {
                fail("epoll_ctl", strerror(errno));
            }
            watch->registered = watch->wanted;
        }
    }
}

// Sleeps until an event occurs and lets c-ares handle it. `wakeup` is a descriptor of the caller's, or -1.
static void drive(Driver *driver, int wakeup)
{
    struct epoll_event events[MAX_WATCHES];
    writeQueued(driver);
    if (driver->done.head != NULL) {
        return; // writing found the connection broken: answers are waiting, and sleeping would delay them
    }
    applyWatches(driver);
    // A fixed tick instead of ares_timeout(), which walks all pending queries in 1.18.1: 35 us for 4000 of them.
    const int count = epoll_wait(driver->epoll, events, MAX_WATCHES, TICK_MILLISECONDS);
    if (count < 0 && errno != EINTR) {
        fail("epoll_wait", strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        const int fd = events[i].data.fd;
        if (fd == wakeup) {
            uint64_t ignored;
            if (read(fd, &ignored, sizeof ignored) < 0 && errno != EAGAIN) {
                fail("eventfd", strerror(errno));
            }
            continue;
        }
        if ((events[i].events & EPOLLOUT) != 0 && isWatched(driver, fd)) {
            ares_process_fd(driver->channel, ARES_SOCKET_BAD, fd);
        }
        if ((events[i].events & ~(uint32_t)EPOLLOUT) == 0) {
            continue;
        }
        // Over UDP c-ares reads until the socket is empty. Over TCP 1.18.1 takes one message per call, so keep calling
        // while that produces answers and more are outstanding: one epoll_wait per answer would waste system calls.
        unsigned before;
        int budget = 64;
        do {
            if (!isWatched(driver, fd)) {
                break;
            }
            before = driver->pending;
            ares_process_fd(driver->channel, fd, ARES_SOCKET_BAD);
        } while (config.tcp && driver->pending < before && driver->pending > 0 && --budget > 0);
    }
    if (count == 0) {
        ares_process_fd(driver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); // retransmissions and timeouts
    }
    if (!driver->expired && wire_now() > driver->deadline) {
        driver->expired = true;
        ares_cancel(driver->channel);
    }
}

// MARK: Measuring

typedef struct {
    uint64_t *latencies; // of the successful queries, in nanoseconds
    unsigned long succeeded;
    unsigned long completed;
    unsigned long submitted;
    uint64_t endpoints;
} Result;

static void record(Result *result, const Slot *slot)
{
    result->completed++;
    if (slot->succeeded) {
        result->latencies[result->succeeded++] = slot->finished - slot->submitted;
        result->endpoints += slot->endpoints.count;
    }
}

static void runInline(Result *result, SlotQueue *idle)
{
    Driver driver;
    startDriver(&driver);
    while (result->completed < config.queries) {
        while (idle->head != NULL && result->submitted < config.queries) {
            Slot *slot = takeFirst(idle);
            result->submitted++;
            slot->submitted = wire_now();
            issue(&driver, slot);
        }
        if (driver.done.head == NULL) {
            drive(&driver, -1);
        }
        for (Slot *slot; (slot = takeFirst(&driver.done)) != NULL;) {
            record(result, slot);
            append(idle, slot);
        }
    }
    stopDriver(&driver);
}

// The two directions have a lock each: a caller that submits does not get in the way of answers being delivered.
typedef struct {
    pthread_mutex_t requestLock;
    SlotQueue requests;
    bool asleep; // or about to be: the eventfd is worth its system call only then
    bool stopping;
    int wakeup;

    pthread_mutex_t answerLock;
    pthread_cond_t answerReady;
    SlotQueue answers;
} Exchange;

static void *carry(void *argument)
{
    Exchange *exchange = argument;
    Driver driver;
    startDriver(&driver);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = exchange->wakeup };
    if (epoll_ctl(driver.epoll, EPOLL_CTL_ADD, exchange->wakeup, &event) != 0) {
        fail("epoll_ctl", strerror(errno));
    }
    SlotQueue accepted;
    clear(&accepted);
    for (;;) {
        pthread_mutex_lock(&exchange->requestLock);
        moveAll(&exchange->requests, &accepted);
        const bool stopping = exchange->stopping;
        exchange->asleep = accepted.head == NULL;
        pthread_mutex_unlock(&exchange->requestLock);
        if (stopping) {
            break;
        }
        if (accepted.head != NULL) {
            for (Slot *slot; (slot = takeFirst(&accepted)) != NULL;) {
                issue(&driver, slot);
            }
            if (driver.done.head == NULL) {
                // A caller that submitted meanwhile saw an active thread and did not write to the eventfd: check again
                // before sleeping.
                continue;
            }
        } else {
            drive(&driver, exchange->wakeup);
        }
        if (driver.done.head != NULL) {
            pthread_mutex_lock(&exchange->answerLock);
            moveAll(&driver.done, &exchange->answers);
            pthread_mutex_unlock(&exchange->answerLock);
            pthread_cond_signal(&exchange->answerReady);
        }
    }
    stopDriver(&driver);
    return NULL;
}

static void submit(Exchange *exchange, SlotQueue *batch)
{
    pthread_mutex_lock(&exchange->requestLock);
    moveAll(batch, &exchange->requests);
    const bool wake = exchange->asleep;
    exchange->asleep = false;
    pthread_mutex_unlock(&exchange->requestLock);
    const uint64_t one = 1;
    if (wake && write(exchange->wakeup, &one, sizeof one) != (ssize_t)sizeof one) {
        fail("eventfd", strerror(errno));
    }
}

static void runThread(Result *result, SlotQueue *idle)
{
    Exchange exchange = { .wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
    if (exchange.wakeup < 0) {
        fail("eventfd", strerror(errno));
    }
    clear(&exchange.requests);
    clear(&exchange.answers);
    check(pthread_mutex_init(&exchange.requestLock, NULL), "pthread_mutex_init");
    check(pthread_mutex_init(&exchange.answerLock, NULL), "pthread_mutex_init");
    check(pthread_cond_init(&exchange.answerReady, NULL), "pthread_cond_init");
    pthread_t thread;
    check(pthread_create(&thread, NULL, carry, &exchange), "pthread_create");

    SlotQueue batch, finished;
    clear(&batch);
    clear(&finished);
    while (result->completed < config.queries) {
        while (idle->head != NULL && result->submitted < config.queries) {
            Slot *slot = takeFirst(idle);
            result->submitted++;
            slot->submitted = wire_now();
            append(&batch, slot);
        }
        if (batch.head != NULL) {
            submit(&exchange, &batch);
        }
        pthread_mutex_lock(&exchange.answerLock);
        while (exchange.answers.head == NULL) {
            pthread_cond_wait(&exchange.answerReady, &exchange.answerLock);
        }
        moveAll(&exchange.answers, &finished);
        pthread_mutex_unlock(&exchange.answerLock);
        for (Slot *slot; (slot = takeFirst(&finished)) != NULL;) {
            // A query ends when its caller has the answer, not when c-ares had it.
            slot->finished = wire_now();
            record(result, slot);
            append(idle, slot);
        }
    }

    pthread_mutex_lock(&exchange.requestLock);
    exchange.stopping = true;
    pthread_mutex_unlock(&exchange.requestLock);
    const uint64_t one = 1;
    if (write(exchange.wakeup, &one, sizeof one) != (ssize_t)sizeof one) {
        fail("eventfd", strerror(errno));
    }
    check(pthread_join(thread, NULL), "pthread_join");
    pthread_cond_destroy(&exchange.answerReady);
    pthread_mutex_destroy(&exchange.answerLock);
    pthread_mutex_destroy(&exchange.requestLock);
    close(exchange.wakeup);
}

static double processorMicroseconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static int compareLatencies(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

// Nearest rank: a measured value, not one interpolated between two.
static double percentile(const Result *result, unsigned percent)
{
    if (result->succeeded == 0) {
        return 0;
    }
    const unsigned long rank = (result->succeeded * percent + 99) / 100;
    return (double)result->latencies[rank > 0 ? rank - 1 : 0] / 1000;
}

static _Noreturn void usage(int status)
{
    fputs("usage: cares_peer --server 127.0.0.1:PORT [--name web.service.consul] [--queries 20000] [--in-flight 1]\n"
          "                  [--transport udp|tcp] [--edns 4096] [--mode inline|thread] [--seconds 60]\n"
          "  --edns 0 sends no OPT. After --seconds whatever is left counts as failed.\n",
          status == 0 ? stdout : stderr);
    exit(status);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i];
        if (strcmp(option, "--help") == 0) {
            usage(0);
        }
        if (i + 1 == argc) {
            usage(2);
        }
        const char *value = argv[++i];
        if (strcmp(option, "--server") == 0) {
            config.server = value;
        } else if (strcmp(option, "--name") == 0) {
            config.name = value;
        } else if (strcmp(option, "--queries") == 0) {
            config.queries = wire_number(option, value, 1, 100000000);
        } else if (strcmp(option, "--in-flight") == 0) {
            config.inFlight = (unsigned)wire_number(option, value, 1, 4096);
        } else if (strcmp(option, "--edns") == 0) {
            config.edns = (unsigned)wire_number(option, value, 0, 65535);
        } else if (strcmp(option, "--seconds") == 0) {
            config.seconds = wire_number(option, value, 1, 86400);
        } else if (strcmp(option, "--transport") == 0 && (strcmp(value, "udp") == 0 || strcmp(value, "tcp") == 0)) {
            config.tcp = strcmp(value, "tcp") == 0;
        } else if (strcmp(option, "--mode") == 0 && (strcmp(value, "inline") == 0 || strcmp(value, "thread") == 0)) {
            config.thread = strcmp(value, "thread") == 0;
        } else {
            usage(2);
        }
    }
    if (config.server == NULL) {
        usage(2);
    }
    const int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status != ARES_SUCCESS) {
        fail("c-ares", ares_strerror(status));
    }

    Slot *slots = calloc(config.inFlight, sizeof *slots);
    Result result = { .latencies = malloc(config.queries * sizeof(uint64_t)) };
    if (slots == NULL || result.latencies == NULL) {
        fail("memory", "not enough");
    }
    // Touched beforehand, so that page faults of the bookkeeping do not count as time of the queries.
    memset(result.latencies, 0, config.queries * sizeof(uint64_t));
    SlotQueue idle;
    clear(&idle);
    for (unsigned i = 0; i < config.inFlight; i++) {
        append(&idle, &slots[i]);
    }

    const double processorBefore = processorMicroseconds();
    const uint64_t before = wire_now();
    (config.thread ? runThread : runInline)(&result, &idle);
    const double seconds = (double)(wire_now() - before) / 1e9;
    const double processor = processorMicroseconds() - processorBefore;

    qsort(result.latencies, result.succeeded, sizeof(uint64_t), compareLatencies);
    printf("{\"queries\":%lu,\"failures\":%lu,\"seconds\":%.3f,\"queriesPerSecond\":%.0f,"
           "\"latencyMicroseconds\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},"
           "\"cpuMicrosecondsPerQuery\":%.2f,\"endpointsPerAnswer\":%.6g}\n",
           config.queries, config.queries - result.succeeded, seconds, (double)config.queries / seconds,
           percentile(&result, 50), percentile(&result, 99), percentile(&result, 100),
           processor / (double)config.queries,
           result.succeeded > 0 ? (double)result.endpoints / (double)result.succeeded : 0);

    for (unsigned i = 0; i < config.inFlight; i++) {
        endpoints_free(&slots[i].endpoints);
    }
    free(slots);
    free(result.latencies);
    ares_library_cleanup();
    return result.succeeded == config.queries ? 0 : 1;
}
