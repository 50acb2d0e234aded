// SPDX-License-Identifier: Apache-2.0
//
// The socket functions that c-ares calls (`ares_set_socket_functions`).

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
    ca_socket *socket = ca_socket_open(channel, domain, type, protocol, channel->loop->datagrams);
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
    // Removed before the descriptor number can be reused: an event for a closed descriptor must not reach its
    // successor.
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
    ssize_t count = ca_socket_read(socket, bytes, capacity, &channel->message, &channel->message_length);
    if (count > 0) {
        channel->failure = 0;
        if (from != NULL && from_length != NULL && *from_length >= socket->peer_length) {
            // The socket is connected: only its peer can have sent the message.
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

// Records the IDs under which queries were sent. Frames begin anywhere in the first vector and never cross from one to
// the next: 1.18.1 has a vector for each query, later versions have one for all.
static void note_frames(ca_socket *socket, const struct iovec *vectors, size_t sent) {
    for (const struct iovec *vector = vectors; sent > 0; vector++) {
        const uint8_t *bytes = vector->iov_base;
        size_t written = vector->iov_len < sent ? vector->iov_len : sent;
        size_t frame = socket->unwritten;
        while (frame < written && vector->iov_len - frame >= 2) {
            size_t length = (size_t)bytes[frame] << 8 | bytes[frame + 1];
            if (length > vector->iov_len - frame - 2) break;
            ca_queries_note_written(&socket->channel->queries, bytes + frame + 2, length);
            frame += 2 + length;
        }
        socket->unwritten = frame > written ? frame - written : 0;
        sent -= written;
    }
}

static ares_ssize_t send_stream(ca_channel *channel, ca_socket *socket, const struct iovec *vectors, int count) {
    struct msghdr message = {.msg_iov = (struct iovec *)vectors, .msg_iovlen = (size_t)count};
#ifdef MSG_NOSIGNAL
    ssize_t sent = sendmsg(socket->fd, &message, MSG_NOSIGNAL);
#else
    ssize_t sent = sendmsg(socket->fd, &message, 0);
#endif
    // While a connection is being made, Linux reports EAGAIN and Darwin ENOTCONN.
    if (sent < 0 && errno == ENOTCONN) errno = EAGAIN;
    if (sent > 0) {
        note_frames(socket, vectors, (size_t)sent);
    } else if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS) {
        channel->failure = errno;
    }
    return sent;
}

// Queues a datagram, to be sent in a batch. One that does not fit is not a query of this library.
static ares_ssize_t send_datagram(ca_channel *channel, ca_socket *socket, const struct iovec *vectors, int count) {
    if (!ca_socket_postpone(socket, vectors, count)) {
        errno = EMSGSIZE;
        return -1;
    }
    const int index = socket->outgoing - 1;
    ca_queries_note_written(&channel->queries, socket->outgoing_bytes[index], socket->outgoing_lengths[index]);
    return (ares_ssize_t)socket->outgoing_lengths[index];
}

static ares_ssize_t on_send(ares_socket_t fd, const struct iovec *vectors, int count, void *data) {
    ca_channel *channel = data;
    ca_socket *socket = find(channel, fd);
    if (socket->tcp) return send_stream(channel, socket, vectors, count);
    return send_datagram(channel, socket, vectors, count);
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
