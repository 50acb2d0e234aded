// SPDX-License-Identifier: Apache-2.0

#include "channel.h"

#include <arpa/inet.h>
#include <limits.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ARES_OPT_MAXTIMEOUTMS of c-ares >= 1.24 and ARES_OPT_QUERY_CACHE of >= 1.31; older ones ignore bits they do not know.
enum { OPTION_MAXIMUM_TIMEOUT = 1 << 20, OPTION_QUERY_CACHE = 1 << 21 };

// The fields after the last one in the oldest header.
typedef struct {
    char *hosts_path;
    int udp_max_queries;
    int maxtimeout;
    unsigned int qcache_max_ttl;
} later_options;

// MARK: - Serving

static void process(ca_channel *channel, int readable_fd, int writable_fd) {
    channel->message = NULL;
    channel->message_length = 0;
    ares_process_fd(channel->ares, readable_fd, writable_fd);
    channel->message = NULL;
}

// Passes the messages that were read to c-ares, or else the error.
static void hand_over(ca_channel *channel, ca_socket *socket) {
    while (!socket->closed && ca_socket_prepare(socket)) {
        socket->handed = false;
        process(channel, socket->fd, ARES_SOCKET_BAD);
        // c-ares did not read: it has abandoned the socket without closing it.
        if (!socket->handed) break;
    }
}

// Sends the data that c-ares has written. Returns false if that closed or opened a socket, so that the list of sockets
// has changed.
static bool send_written(ca_channel *channel) {
    for (ca_socket *socket = channel->sockets; socket != NULL; socket = socket->next) {
        if (socket->outgoing > 0) {
            ca_socket_send_pending(socket);
            if (socket->error != 0) {
                hand_over(channel, socket);
                return false;
            }
        }
        if (socket->wants_write && !socket->watched_for_write) {
            process(channel, ARES_SOCKET_BAD, socket->fd);
            if (socket->closed) return false;
        }
    }
    return true;
}

// Called after each operation in which c-ares may have written. Terminates because every failure uses up a try of each
// query.
static void settle(ca_channel *channel) {
    while (!send_written(channel)) continue;
    for (ca_socket *socket = channel->sockets; socket != NULL; socket = socket->next) {
        if (socket->wants_write == socket->watched_for_write) continue;
        ca_poller_set_writable(channel->loop->poller, socket->fd, socket, socket->wants_write);
        socket->watched_for_write = socket->wants_write;
    }
}

void ca_channel_serve(ca_socket *socket, bool readable, bool writable) {
    ca_channel *channel = socket->channel;
    if (writable && !socket->closed) process(channel, ARES_SOCKET_BAD, socket->fd);
    bool more = readable;
    // The poller reports a socket with unread data again.
    for (int reads = 0; more && !socket->closed && reads < READS_PER_ROUND; reads++) {
        more = ca_socket_fill(socket);
        hand_over(channel, socket);
    }
    ca_socket_drop_rest(socket);
    settle(channel);
}

void ca_channel_flush(ca_channel *channel) { settle(channel); }

void ca_channel_tick(ca_channel *channel) {
    process(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    settle(channel);
}

// MARK: - Messages

bool ca_channel_is_spoiled(const ca_channel *channel) {
    return channel->stray_limit > 0 && channel->strays >= channel->stray_limit;
}

uint64_t ca_channel_strays(const ca_channel *channel) { return channel->strays; }

bool ca_channel_accepts(ca_channel *channel, const uint8_t *message, size_t length, ca_query **query) {
    if (ca_channel_is_spoiled(channel)) return false;
    switch (ca_relate(&channel->queries, message, length, query)) {
    case CA_MATCH: return true;
    case CA_REPETITION: return false;
    case CA_STRAY: break;
    case CA_OTHER_CASE:
        if ((*query)->has_changed_case) break;
        (*query)->has_changed_case = true;
        channel->completion(channel->context, (*query)->name, CA_CASE_CHANGED, 0, NULL, 0);
        break;
    }
    channel->strays++;
    return false;
}

// MARK: - Queries

static ca_status status_of(int status) {
    switch (status) {
    case ARES_SUCCESS: return CA_ANSWERED;
    case ARES_ETIMEOUT: return CA_TIMED_OUT;
    case ARES_ECONNREFUSED: return CA_CONNECTION_FAILED;
    case ARES_EBADRESP: return CA_MALFORMED;
    case ARES_ENOMEM: return CA_OUT_OF_MEMORY;
    case ARES_EDESTRUCTION:
    case ARES_ECANCELLED: return CA_DESTROYED;
    default: return CA_REJECTED;
    }
}

// A lack of descriptors or memory on this machine is not the server's fault.
static bool is_exhaustion(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOSPC;
}

static void on_completion(void *argument, int status, int timeouts, unsigned char *bytes, int length) {
    (void)bytes;
    (void)length;
    ca_query *query = argument;
    ca_channel *channel = query->channel;
    ca_status meaning = status_of(status);
    // 1.27 reports a refused port as a timeout once all tries are used up. A timeout count of 0 shows it.
    if (meaning == CA_TIMED_OUT && timeouts == 0) meaning = CA_CONNECTION_FAILED;
    if (meaning == CA_CONNECTION_FAILED && is_exhaustion(channel->failure)) meaning = CA_OUT_OF_MEMORY;
    // Only a message that was passed to c-ares can answer a query.
    if (meaning == CA_ANSWERED && channel->message == NULL) meaning = CA_REJECTED;
    uint64_t name = query->name;
    // A reply without a question has no name to restore.
    if (meaning == CA_ANSWERED && query->has_mixed_case && (channel->message[5] != 0 || channel->message[4] != 0)) {
        memcpy(channel->message + HEADER_SIZE, ca_query_asked(query), query->question_length);
    }
    ca_queries_end(query);
    if (meaning == CA_ANSWERED) {
        channel->completion(channel->context, name, meaning, 0, channel->message, channel->message_length);
    } else {
        channel->completion(channel->context, name, meaning, channel->failure, NULL, 0);
    }
}

void ca_channel_send(ca_channel *channel, uint64_t name, uint8_t *message, size_t length, bool mixes_case) {
    ca_query *query = ca_queries_begin(channel, name, message, length, mixes_case);
    if (query == NULL) {
        channel->completion(channel->context, name, CA_OUT_OF_MEMORY, 0, NULL, 0);
        return;
    }
    channel->queries.sending = query;
    ares_send(channel->ares, message, (int)length, on_completion, query);
    channel->queries.sending = NULL;
}

size_t ca_channel_pending(const ca_channel *channel) { return channel->queries.count; }

// MARK: - Life

static void initialize_library(void) { ares_library_init(ARES_LIB_INIT_ALL); }

static int start_ares(ca_channel *channel, const ca_channel_options *options) {
    // Larger than any version's ares_options, all zero: a newer library reads fields that this header does not declare.
    union {
        struct ares_options known;
        char room[1024];
    } ares;
    memset(&ares, 0, sizeof ares);
    // The default of 5 s would repeat queries over TCP. Half of INT_MAX, because the timeout doubles at every try and
    // must fit an int.
    const later_options later = {.maxtimeout = INT_MAX / 2};
    memcpy(ares.room + offsetof(struct ares_options, resolvconf_path) + sizeof(char *), &later, sizeof later);
    ares.known.flags = ARES_FLAG_STAYOPEN | ARES_FLAG_NOCHECKRESP | ARES_FLAG_IGNTC | ARES_FLAG_NOSEARCH |
                       ARES_FLAG_NOALIASES | (options->tcp ? ARES_FLAG_USEVC : 0);
    ares.known.timeout = options->timeout_milliseconds;
    ares.known.tries = options->tries;
    ares.known.sock_state_cb = ca_channel_on_interest;
    ares.known.sock_state_cb_data = channel;
    ares.known.lookups = "b";
    ares.known.resolvconf_path = "/dev/null";
    // No search domains either: by default c-ares derives one from the host name.
    ares.known.ndomains = 0;
    return ares_init_options(&channel->ares, &ares.known,
                             ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
                                 ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF | ARES_OPT_DOMAINS | ARES_OPT_NOROTATE |
                                 OPTION_MAXIMUM_TIMEOUT | OPTION_QUERY_CACHE);
}

static int set_server(ca_channel *channel, const ca_channel_options *options) {
    char address[INET6_ADDRSTRLEN];
    char server[INET6_ADDRSTRLEN + 10];
    bool v6 = options->address_length == 16;
    if (inet_ntop(v6 ? AF_INET6 : AF_INET, options->address, address, sizeof address) == NULL) return ARES_EBADSTR;
    snprintf(server, sizeof server, v6 ? "[%s]:%u" : "%s:%u", address, options->port);
    return ares_set_servers_ports_csv(channel->ares, server);
}

ca_channel *ca_channel_create(ca_loop *loop, const ca_channel_options *options) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialize_library);
    ca_channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL) return NULL;
    channel->loop = loop;
    channel->completion = options->completion;
    channel->context = options->context;
    channel->stray_limit = options->stray_limit;
    if (start_ares(channel, options) != ARES_SUCCESS) {
        free(channel);
        return NULL;
    }
    ca_channel_use_sockets(channel);
    if (set_server(channel, options) != ARES_SUCCESS) {
        ca_channel_destroy(channel);
        return NULL;
    }
    return channel;
}

void ca_channel_set_context(ca_channel *channel, void *context) { channel->context = context; }

void ca_channel_destroy(ca_channel *channel) {
    ares_destroy(channel->ares);
    free(channel);
}

const char *ca_version(void) { return ares_version(NULL); }

int ca_version_number(void) {
    int number = 0;
    ares_version(&number);
    return number;
}
