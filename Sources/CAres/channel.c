// SPDX-License-Identifier: Apache-2.0

#define CARES_NO_DEPRECATED
#include "channel.h"

#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query_ids.h"

// ARES_OPT_QUERY_CACHE of c-ares >= 1.31; older ones ignore a bit they do not know.
enum { OPTION_QUERY_CACHE = 1 << 21 };

struct ca_channel {
    ca_loop *loop;
    ares_channel ares;
    ca_socket *sockets;
    ca_completion completion;
    void *context;
    size_t pending;
    // Why the latest socket failed; cleared by the next message.
    int failure;
    // The message that c-ares is looking at. A completion that reports success is about this one.
    const uint8_t *message;
    size_t message_length;
    ca_query_ids ids;
};

typedef struct {
    ca_channel *channel;
    uint64_t query;
    uint16_t id;
} pending_query;

// MARK: - Sockets on behalf of c-ares

static ca_socket *find(ca_channel *channel, int fd) {
    ca_socket *socket = channel->sockets;
    while (socket != NULL && socket->fd != fd) socket = socket->next;
    return socket;
}

static ares_socket_t on_open(int domain, int type, int protocol, void *data) {
    ca_channel *channel = data;
    ca_socket *socket = ca_socket_open(channel, domain, type, protocol);
    if (socket == NULL || ca_poller_add(channel->loop->poller, socket->fd, socket) != 0) {
        channel->failure = errno;
        if (socket != NULL) {
            ca_socket_close(socket);
            ca_socket_free(socket);
        }
        return ARES_SOCKET_BAD;
    }
    socket->next = channel->sockets;
    channel->sockets = socket;
    return socket->fd;
}

static int on_close(ares_socket_t fd, void *data) {
    ca_channel *channel = data;
    ca_socket **link = &channel->sockets;
    while (*link != NULL && (*link)->fd != fd) link = &(*link)->next;
    ca_socket *socket = *link;
    if (socket == NULL) return 0;
    *link = socket->next;
    // Before the number is free to be used again: an event for a closed descriptor must not reach its successor.
    ca_poller_remove(channel->loop->poller, fd);
    ca_socket_close(socket);
    socket->next = channel->loop->graveyard;
    channel->loop->graveyard = socket;
    return 0;
}

static int on_connect(ares_socket_t fd, const struct sockaddr *address, ares_socklen_t length, void *data) {
    ca_channel *channel = data;
    ca_socket *socket = find(channel, fd);
    int result = ca_socket_connect(socket, address, length);
    if (result != 0 && errno != EINPROGRESS && errno != EWOULDBLOCK) channel->failure = errno;
    return result;
}

static ares_ssize_t on_receive(ares_socket_t fd, void *bytes, size_t capacity, int flags, struct sockaddr *from,
                               ares_socklen_t *from_length, void *data) {
    (void)flags;
    ca_channel *channel = data;
    ca_socket *socket = find(channel, fd);
    ssize_t count = ca_socket_hand(socket, bytes, capacity, &channel->message, &channel->message_length);
    if (count > 0) {
        channel->failure = 0;
        if (from != NULL && from_length != NULL && *from_length >= socket->peer_length) {
            // The socket is connected: nobody else can have sent it.
            memcpy(from, &socket->peer, socket->peer_length);
            *from_length = socket->peer_length;
        }
    } else if (count == 0) {
        channel->failure = 0;
    } else if (errno != EAGAIN) {
        channel->failure = errno;
    }
    return count;
}

static ares_ssize_t on_send(ares_socket_t fd, const struct iovec *vectors, int count, void *data) {
    ca_channel *channel = data;
    ca_socket *socket = find(channel, fd);
    ssize_t length = 0;
    for (int i = 0; i < count; i++) length += (ssize_t)vectors[i].iov_len;
    if (!socket->tcp && ca_socket_postpone(socket, vectors, count)) return length;
    struct msghdr message = {.msg_iov = (struct iovec *)vectors, .msg_iovlen = (size_t)count};
#ifdef MSG_NOSIGNAL
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
#else
    ssize_t sent = sendmsg(fd, &message, 0);
#endif
    if (sent >= 0) return sent;
    bool full = errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
    if (full && !socket->tcp) return length;
    if (!full) channel->failure = errno;
    return -1;
}

static const struct ares_socket_functions socket_functions = {
    .asocket = on_open,
    .aclose = on_close,
    .aconnect = on_connect,
    .arecvfrom = on_receive,
    .asendv = on_send,
};

static void on_interest(void *data, ares_socket_t fd, int readable, int writable) {
    ca_channel *channel = data;
    ca_socket *socket = find(channel, fd);
    if (socket != NULL && (readable || writable)) socket->wants_write = writable != 0;
}

// MARK: - Serving

static void process(ca_channel *channel, int readable_fd, int writable_fd) {
    channel->message = NULL;
    channel->message_length = 0;
    ares_process_fd(channel->ares, readable_fd, writable_fd);
    channel->message = NULL;
}

// Gives c-ares what has been read, or the error that came instead.
static void hand_over(ca_channel *channel, ca_socket *socket) {
    while (!socket->closed && ca_socket_has_piece(socket)) {
        socket->handed = false;
        process(channel, socket->fd, ARES_SOCKET_BAD);
        // c-ares did not read: it has given the socket up without closing it.
        if (!socket->handed) break;
    }
}

// Sends what c-ares has written. Returns false when that closed a socket or opened another, so that the list of them is
// not what it was.
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

// After everything that may have made c-ares write. Ends because every failure uses up a try of each query.
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
    while (more && !socket->closed) {
        more = ca_socket_fill(socket);
        hand_over(channel, socket);
    }
    settle(channel);
}

void ca_channel_flush(ca_channel *channel) { settle(channel); }

void ca_channel_tick(ca_channel *channel) {
    process(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    settle(channel);
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

static void on_completion(void *argument, int status, int timeouts, unsigned char *bytes, int length) {
    (void)timeouts;
    pending_query *pending = argument;
    ca_channel *channel = pending->channel;
    ca_status meaning = status_of(status);
    const uint8_t *message = NULL;
    size_t message_length = 0;
    if (meaning == CA_ANSWERED) {
        message = channel->message != NULL ? channel->message : bytes;
        message_length = channel->message != NULL ? channel->message_length : (size_t)length;
    }
    ca_query_ids_give_back(&channel->ids, pending->id);
    channel->pending--;
    channel->completion(channel->context, pending->query, meaning, channel->failure, message, message_length);
    free(pending);
}

void ca_channel_send(ca_channel *channel, uint64_t query, uint8_t *message, size_t length) {
    pending_query *pending = malloc(sizeof *pending);
    if (pending == NULL) {
        channel->completion(channel->context, query, CA_OUT_OF_MEMORY, 0, NULL, 0);
        return;
    }
    pending->channel = channel;
    pending->query = query;
    pending->id = ca_query_ids_take(&channel->ids);
    message[0] = (uint8_t)(pending->id >> 8);
    message[1] = (uint8_t)pending->id;
    channel->pending++;
    ares_send(channel->ares, message, (int)length, on_completion, pending);
}

size_t ca_channel_pending(const ca_channel *channel) { return channel->pending; }

// MARK: - Life

static void initialize_library(void) { ares_library_init(ARES_LIB_INIT_ALL); }

static int start_ares(ca_channel *channel, const ca_channel_options *options) {
    // Larger than any version's ares_options, all zero: a newer library reads the fields that this header does not have.
    union {
        struct ares_options known;
        char room[1024];
    } ares;
    memset(&ares, 0, sizeof ares);
    ares.known.flags = ARES_FLAG_STAYOPEN | ARES_FLAG_NOCHECKRESP | ARES_FLAG_IGNTC | ARES_FLAG_NOSEARCH |
                       ARES_FLAG_NOALIASES | (options->tcp ? ARES_FLAG_USEVC : 0);
    ares.known.timeout = options->timeout_milliseconds;
    ares.known.tries = options->tries;
    ares.known.sock_state_cb = on_interest;
    ares.known.sock_state_cb_data = channel;
    ares.known.lookups = "b";
    ares.known.resolvconf_path = "/dev/null";
    // No search domains either: without this c-ares makes one of the host's name.
    ares.known.ndomains = 0;
    return ares_init_options(&channel->ares, &ares.known,
                             ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
                                 ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF | ARES_OPT_DOMAINS | ARES_OPT_NOROTATE |
                                 OPTION_QUERY_CACHE);
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
    if (start_ares(channel, options) != ARES_SUCCESS) {
        free(channel);
        return NULL;
    }
    ares_set_socket_functions(channel->ares, &socket_functions, channel);
    if (set_server(channel, options) != ARES_SUCCESS) {
        ca_channel_destroy(channel);
        return NULL;
    }
    return channel;
}

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
