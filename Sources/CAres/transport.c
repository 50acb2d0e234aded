// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint8_t *ca_datagram_buffer_create(void) { return malloc((size_t)DATAGRAM_BATCH * DATAGRAM_SIZE); }

ca_socket *ca_socket_open(struct ca_channel *channel, int domain, int type, int protocol, uint8_t *datagrams) {
    ca_socket *opened = calloc(1, sizeof *opened);
    if (opened == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    opened->channel = channel;
    opened->tcp = type == SOCK_STREAM;
#ifdef SOCK_CLOEXEC
    // Set by socket() itself, because a process started between two calls would inherit the socket.
    type |= SOCK_CLOEXEC;
#endif
    opened->fd = socket(domain, type, protocol);
    opened->buffer = opened->tcp ? malloc(STREAM_SIZE) : datagrams;
    opened->outgoing_bytes = opened->tcp ? NULL : malloc((size_t)OUTGOING_BATCH * OUTGOING_SIZE);
    if (opened->fd < 0 || opened->buffer == NULL || (!opened->tcp && opened->outgoing_bytes == NULL)) {
        int reason = opened->fd < 0 ? errno : ENOMEM;
        if (opened->fd >= 0) close(opened->fd);
        ca_socket_free(opened);
        errno = reason;
        return NULL;
    }
    // c-ares sets no options on sockets of the caller.
    fcntl(opened->fd, F_SETFD, FD_CLOEXEC);
    fcntl(opened->fd, F_SETFL, fcntl(opened->fd, F_GETFL, 0) | O_NONBLOCK);
    const int on = 1;
#ifdef SO_NOSIGPIPE
    setsockopt(opened->fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    if (opened->tcp) {
        setsockopt(opened->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    } else {
        const int size = RECEIVE_BUFFER_SIZE;
        setsockopt(opened->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }
    return opened;
}

void ca_socket_close(ca_socket *socket) {
    close(socket->fd);
    socket->closed = true;
}

void ca_socket_free(ca_socket *socket) {
    free(socket->outgoing_bytes);
    if (socket->tcp) free(socket->buffer);
    free(socket);
}

int ca_socket_connect(ca_socket *socket, const struct sockaddr *address, socklen_t length) {
    if (length <= sizeof socket->peer) {
        memcpy(&socket->peer, address, length);
        socket->peer_length = length;
    }
    // Also for UDP: the kernel then drops datagrams from other senders, and reports a closed port.
    return connect(socket->fd, address, length);
}

static void note_failure(ca_socket *socket) {
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && errno != ENOBUFS) socket->error = errno;
}

// MARK: - Sending

bool ca_socket_postpone(ca_socket *socket, const struct iovec *vectors, int count) {
    if (socket->outgoing == OUTGOING_BATCH) ca_socket_send_pending(socket);
    size_t length = 0;
    for (int i = 0; i < count; i++) {
        if (vectors[i].iov_len > OUTGOING_SIZE - length) return false;
        memcpy(socket->outgoing_bytes[socket->outgoing] + length, vectors[i].iov_base, vectors[i].iov_len);
        length += vectors[i].iov_len;
    }
    socket->outgoing_lengths[socket->outgoing++] = (uint16_t)length;
    return true;
}

#if defined(__linux__)
void ca_socket_send_pending(ca_socket *socket) {
    struct mmsghdr messages[OUTGOING_BATCH];
    struct iovec vectors[OUTGOING_BATCH];
    for (int i = 0; i < socket->outgoing; i++) {
        vectors[i] =
            (struct iovec){.iov_base = socket->outgoing_bytes[i], .iov_len = socket->outgoing_lengths[i]};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i], .msg_iovlen = 1}};
    }
    int sent = 0;
    while (sent < socket->outgoing) {
        int count = sendmmsg(socket->fd, messages + sent, (unsigned)(socket->outgoing - sent), MSG_NOSIGNAL);
        if (count < 0) {
            note_failure(socket);
            break;
        }
        sent += count;
    }
    socket->outgoing = 0;
}
#else
void ca_socket_send_pending(ca_socket *socket) {
    for (int i = 0; i < socket->outgoing; i++) {
        if (send(socket->fd, socket->outgoing_bytes[i], socket->outgoing_lengths[i], 0) < 0) {
            note_failure(socket);
            break;
        }
    }
    socket->outgoing = 0;
}
#endif

// MARK: - Receiving

// Sets TC for a datagram that did not fit into its slot. TC is bit 1 of the third byte (RFC 1035 4.1.1).
static void mark_truncated(uint8_t *datagram) { datagram[2] |= 0x02; }

#if defined(__linux__)
static bool fill_datagrams(ca_socket *socket) {
    struct mmsghdr messages[DATAGRAM_BATCH];
    struct iovec vectors[DATAGRAM_BATCH];
    for (int i = 0; i < DATAGRAM_BATCH; i++) {
        vectors[i] = (struct iovec){.iov_base = ca_socket_slot(socket, i), .iov_len = DATAGRAM_SIZE};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i], .msg_iovlen = 1}};
    }
    int count = recvmmsg(socket->fd, messages, DATAGRAM_BATCH, MSG_DONTWAIT, NULL);
    if (count < 0) {
        note_failure(socket);
        return false;
    }
    for (int i = 0; i < count; i++) {
        socket->lengths[i] = messages[i].msg_len;
        if (messages[i].msg_hdr.msg_flags & MSG_TRUNC) mark_truncated(ca_socket_slot(socket, i));
    }
    socket->datagrams = count;
    return count == DATAGRAM_BATCH;
}
#else
static bool fill_datagrams(ca_socket *socket) {
    while (socket->datagrams < DATAGRAM_BATCH) {
        struct iovec vector = {.iov_base = ca_socket_slot(socket, socket->datagrams), .iov_len = DATAGRAM_SIZE};
        struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
        ssize_t length = recvmsg(socket->fd, &message, 0);
        if (length < 0) {
            note_failure(socket);
            return false;
        }
        if (message.msg_flags & MSG_TRUNC) mark_truncated(ca_socket_slot(socket, socket->datagrams));
        socket->lengths[socket->datagrams++] = (uint32_t)length;
    }
    return true;
}
#endif

static bool fill_stream(ca_socket *socket) {
    if (socket->start > 0) {
        memmove(socket->buffer, socket->buffer + socket->start, socket->end - socket->start);
        socket->end -= socket->start;
        socket->start = 0;
    }
    size_t room = STREAM_SIZE - socket->end;
    ssize_t count = recv(socket->fd, socket->buffer + socket->end, room, 0);
    if (count < 0) {
        note_failure(socket);
        return false;
    }
    if (count == 0) {
        socket->end_of_stream = true;
        return false;
    }
    socket->end += (size_t)count;
    return (size_t)count == room;
}

bool ca_socket_fill(ca_socket *socket) {
    if (socket->tcp) return fill_stream(socket);
    socket->datagrams = 0;
    socket->next_datagram = 0;
    return fill_datagrams(socket);
}

void ca_socket_drop_rest(ca_socket *socket) { socket->next_datagram = socket->datagrams; }
