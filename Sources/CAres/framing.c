// SPDX-License-Identifier: Apache-2.0
//
// Passes the messages that were read to c-ares, one at a time.

#include <errno.h>
#include <string.h>

#include "channel.h"

static size_t frame_length(const ca_socket *socket) {
    const uint8_t *bytes = socket->buffer + socket->start;
    return 2 + ((size_t)bytes[0] << 8 | bytes[1]);
}

static bool has_frame(const ca_socket *socket) {
    size_t unread = socket->end - socket->start;
    return unread >= 2 && unread >= frame_length(socket);
}

// Selects the next message of the data that was read. Returns false if there is none.
static bool take_message(ca_socket *socket) {
    if (socket->tcp) {
        if (!has_frame(socket)) return false;
        socket->message = socket->buffer + socket->start + 2;
        socket->message_length = frame_length(socket) - 2;
        socket->start += frame_length(socket);
    } else {
        if (socket->next_datagram >= socket->datagrams) return false;
        socket->message = ca_socket_slot(socket, socket->next_datagram);
        socket->message_length = socket->lengths[socket->next_datagram++];
    }
    return true;
}

// Writes the stub of the next message. Returns false if there is none. Messages that belong to no query are dropped
// here.
static bool write_next_stub(ca_socket *socket) {
    ca_query *query = NULL;
    do {
        if (!take_message(socket)) return false;
    } while (!ca_channel_accepts(socket->channel, socket->message, socket->message_length, &query));
    const size_t length = ca_write_stub_reply(query, socket->message, socket->stub + 2);
    socket->stub[0] = (uint8_t)(length >> 8);
    socket->stub[1] = (uint8_t)length;
    socket->stub_start = socket->tcp ? 0 : 2;
    socket->stub_end = 2 + length;
    return true;
}

bool ca_socket_prepare(ca_socket *socket) {
    if (socket->stub_start < socket->stub_end || write_next_stub(socket)) return true;
    return socket->error != 0 || socket->end_of_stream;
}

ssize_t ca_socket_read(ca_socket *socket, void *data, size_t capacity, uint8_t **message, size_t *message_length) {
    if (socket->handed) {
        errno = EAGAIN;
        return -1;
    }
    socket->handed = true;
    if (socket->stub_start < socket->stub_end) {
        // 1.18.1 reads the length in one round and the rest in the next, 1.34 reads all at once.
        size_t left = socket->stub_end - socket->stub_start;
        size_t count = left < capacity ? left : capacity;
        memcpy(data, socket->stub + socket->stub_start, count);
        socket->stub_start += count;
        if (socket->stub_start == socket->stub_end) {
            *message = socket->message;
            *message_length = socket->message_length;
        }
        return (ssize_t)count;
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
