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

static uint8_t *slot(const ca_socket *socket, int index) { return socket->buffer + (size_t)index * DATAGRAM_SIZE; }

ca_socket *ca_socket_open(struct ca_channel *channel, int domain, int type, int protocol) {
    ca_socket *opened = calloc(1, sizeof *opened);
    if (opened == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    opened->channel = channel;
    opened->tcp = type == SOCK_STREAM;
    opened->fd = socket(domain, type, protocol);
    // malloc leaves pages that are never written to the system, so the room for a full batch costs nothing unless used.
    opened->buffer = malloc(opened->tcp ? STREAM_SIZE : (size_t)DATAGRAM_BATCH * DATAGRAM_SIZE);
    opened->outgoing_bytes = opened->tcp ? NULL : malloc((size_t)OUTGOING_BATCH * OUTGOING_SIZE);
    if (opened->fd < 0 || opened->buffer == NULL || (!opened->tcp && opened->outgoing_bytes == NULL)) {
        int reason = opened->fd < 0 ? errno : ENOMEM;
        if (opened->fd >= 0) close(opened->fd);
        ca_socket_free(opened);
        errno = reason;
        return NULL;
    }
    // c-ares sets no option on sockets that are not its own.
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
    free(socket->buffer);
    free(socket);
}

int ca_socket_connect(ca_socket *socket, const struct sockaddr *address, socklen_t length) {
    if (length <= sizeof socket->peer) {
        memcpy(&socket->peer, address, length);
        socket->peer_length = length;
    }
    // Also for UDP: the kernel then drops what comes from elsewhere, and reports a closed port.
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

// A datagram that did not fit is handed on as what it is: truncated. TC is bit 1 of the third byte (RFC 1035 4.1.1).
static void mark_truncated(uint8_t *datagram) { datagram[2] |= 0x02; }

#if defined(__linux__)
static bool fill_datagrams(ca_socket *socket) {
    struct mmsghdr messages[DATAGRAM_BATCH];
    struct iovec vectors[DATAGRAM_BATCH];
    for (int i = 0; i < DATAGRAM_BATCH; i++) {
        vectors[i] = (struct iovec){.iov_base = slot(socket, i), .iov_len = DATAGRAM_SIZE};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i], .msg_iovlen = 1}};
    }
    int count = recvmmsg(socket->fd, messages, DATAGRAM_BATCH, MSG_DONTWAIT, NULL);
    if (count < 0) {
        note_failure(socket);
        return false;
    }
    for (int i = 0; i < count; i++) {
        socket->lengths[i] = messages[i].msg_len;
        if (messages[i].msg_hdr.msg_flags & MSG_TRUNC) mark_truncated(slot(socket, i));
    }
    socket->datagrams = count;
    return count == DATAGRAM_BATCH;
}
#else
static bool fill_datagrams(ca_socket *socket) {
    while (socket->datagrams < DATAGRAM_BATCH) {
        struct iovec vector = {.iov_base = slot(socket, socket->datagrams), .iov_len = DATAGRAM_SIZE};
        struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
        ssize_t length = recvmsg(socket->fd, &message, 0);
        if (length < 0) {
            note_failure(socket);
            return false;
        }
        if (message.msg_flags & MSG_TRUNC) mark_truncated(slot(socket, socket->datagrams));
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

static size_t frame_length(const ca_socket *socket) {
    const uint8_t *bytes = socket->buffer + socket->start;
    return 2 + ((size_t)bytes[0] << 8 | bytes[1]);
}

static bool has_frame(const ca_socket *socket) {
    size_t unread = socket->end - socket->start;
    return unread >= 2 && unread >= frame_length(socket);
}

bool ca_socket_has_piece(const ca_socket *socket) {
    if (socket->error != 0 || socket->end_of_stream) return true;
    if (socket->tcp) return socket->frame_left > 0 || has_frame(socket);
    return socket->next_datagram < socket->datagrams;
}

static ssize_t give(void *data, size_t capacity, const uint8_t *bytes, size_t length) {
    size_t count = length < capacity ? length : capacity;
    memcpy(data, bytes, count);
    return (ssize_t)count;
}

static ssize_t hand_datagram(ca_socket *socket, void *data, size_t capacity, const uint8_t **message, size_t *length) {
    int index = socket->next_datagram++;
    *message = slot(socket, index);
    *length = socket->lengths[index];
    return give(data, capacity, *message, *length);
}

static ssize_t hand_frame(ca_socket *socket, void *data, size_t capacity, const uint8_t **message, size_t *length) {
    if (socket->frame_left == 0) {
        socket->frame_left = frame_length(socket);
        socket->body = socket->start + 2;
        socket->body_length = socket->frame_left - 2;
    }
    ssize_t count = give(data, capacity, socket->buffer + socket->start, socket->frame_left);
    socket->start += (size_t)count;
    socket->frame_left -= (size_t)count;
    // 1.18.1 takes the length in one round and the body in the next, 1.34 takes both at once.
    if (socket->frame_left == 0) {
        *message = socket->buffer + socket->body;
        *length = socket->body_length;
    }
    return count;
}

ssize_t ca_socket_hand(ca_socket *socket, void *data, size_t capacity, const uint8_t **message, size_t *message_length) {
    if (socket->handed) {
        errno = EAGAIN;
        return -1;
    }
    socket->handed = true;
    if (!socket->tcp) {
        // An empty datagram would close the socket of an unpatched 1.18.1 (CVE-2023-32067).
        while (socket->next_datagram < socket->datagrams && socket->lengths[socket->next_datagram] == 0) {
            socket->next_datagram++;
        }
        if (socket->next_datagram < socket->datagrams) {
            return hand_datagram(socket, data, capacity, message, message_length);
        }
    } else if (socket->frame_left > 0 || has_frame(socket)) {
        return hand_frame(socket, data, capacity, message, message_length);
    }
    if (socket->error != 0) {
        errno = socket->error;
        socket->error = 0;
        return -1;
    }
    if (socket->end_of_stream) return 0;
    errno = EAGAIN;
    return -1;
}
