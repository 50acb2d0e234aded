// SPDX-License-Identifier: Apache-2.0
//
// The sockets as c-ares sees them (`ares_set_socket_functions`).

#include <errno.h>
#include <string.h>

#include "channel.h"

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
    ca_queries_note_written(channel, socket->tcp, vectors[0].iov_base, vectors[0].iov_len);
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

void ca_channel_use_sockets(ca_channel *channel) {
    ares_set_socket_functions(channel->ares, &socket_functions, channel);
}

void ca_channel_on_interest(void *data, ares_socket_t fd, int readable, int writable) {
    ca_channel *channel = data;
    ca_socket *socket = find(channel, fd);
    if (socket != NULL && (readable || writable)) socket->wants_write = writable != 0;
}
