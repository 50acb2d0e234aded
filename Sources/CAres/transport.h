// SPDX-License-Identifier: Apache-2.0
//
// The sockets behind c-ares' socket functions. They are read in batches, and c-ares receives one message at a time, so
// that the completion of a query can be passed the bytes of the very message that ended it.

#ifndef CARES_TRANSPORT_H
#define CARES_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "stub_reply.h"

struct ca_channel;

enum {
    // The datagrams of one recvmmsg: two calls read a full window of answers.
    DATAGRAM_BATCH = 32,
    // The largest datagram, as servers may exceed the size that EDNS advertises. Not a power of two: slots a page
    // multiple apart would share cache sets. The kernel backs only the pages that are written to.
    DATAGRAM_SIZE = 65536 + 64,
    // A query has 12 bytes of header, a name of 255, 4 of type and class, and 11 of OPT at most.
    OUTGOING_SIZE = 320,
    OUTGOING_BATCH = 64,
    // Reads of one socket in a round: two windows of datagrams, half a megabyte of a stream. Further data waits until
    // the loop has served the other sockets.
    READS_PER_ROUND = 4,
    // One frame of the largest size and the beginning of the next.
    STREAM_SIZE = 2 * (65535 + 2),
    // Linux caps this at net.core.rmem_max; the default (208 KiB) loses datagrams once 70 answers of 3 kB are waiting.
    RECEIVE_BUFFER_SIZE = 4 * 1024 * 1024,
};

typedef struct ca_socket {
    struct ca_socket *next;
    struct ca_channel *channel;
    int fd;
    bool tcp;
    bool closed;
    bool wants_write;
    bool watched_for_write;
    struct sockaddr_storage peer;
    socklen_t peer_length;

    // UDP: the loop's buffer, shared by all of its sockets; data read into it is passed on before the next socket's
    // turn.
    uint8_t *buffer;
    // The error of a read; passed to c-ares after the messages before it.
    int error;
    bool end_of_stream;
    // c-ares has received its one piece of the current round.
    bool handed;

    // UDP: datagrams in slots of `buffer`.
    int datagrams;
    int next_datagram;
    uint32_t lengths[DATAGRAM_BATCH];

    // UDP: datagrams that wait to be sent together.
    int outgoing;
    uint16_t outgoing_lengths[OUTGOING_BATCH];
    uint8_t (*outgoing_bytes)[OUTGOING_SIZE];

    // TCP: the number of bytes still to be written of the current frame.
    size_t unwritten;
    // TCP: unread bytes are buffer[start..<end].
    size_t start;
    size_t end;

    // The message that is being passed to c-ares, and its stub behind the length prefix of TCP; over TCP in
    // pieces.
    uint8_t *message;
    size_t message_length;
    uint8_t stub[2 + STUB_REPLY_SIZE];
    size_t stub_start;
    size_t stub_end;
} ca_socket;

static inline uint8_t *ca_socket_slot(const ca_socket *socket, int index) {
    return socket->buffer + (size_t)index * DATAGRAM_SIZE;
}

// Allocates room for one batch of datagrams. The system backs only the pages that are written to.
uint8_t *ca_datagram_buffer_create(void);

ca_socket *ca_socket_open(struct ca_channel *channel, int domain, int type, int protocol, uint8_t *datagrams);
void ca_socket_close(ca_socket *socket);
void ca_socket_free(ca_socket *socket);
int ca_socket_connect(ca_socket *socket, const struct sockaddr *address, socklen_t length);

// Queues a datagram for the next ca_socket_send_pending. Returns false if it is too large.
bool ca_socket_postpone(ca_socket *socket, const struct iovec *vectors, int count);

// Sends the queued datagrams, in one system call where the system has one for it. A failure is stored in `error`;
// datagrams that exceed the send buffer are lost, as datagrams may be.
void ca_socket_send_pending(ca_socket *socket);

// Reads the data that the kernel has received. Returns true if there may be more.
bool ca_socket_fill(ca_socket *socket);

// Drops datagrams that were read and not passed on.
void ca_socket_drop_rest(ca_socket *socket);

// Returns true if there is something to pass to c-ares: a message that belongs to a query, an error or the end of the
// stream.
bool ca_socket_prepare(ca_socket *socket);

// The read function of c-ares: one piece in a round of the data that ca_socket_prepare found. Sets *message to the
// whole message once all of its pieces have been read.
ssize_t ca_socket_read(ca_socket *socket, void *data, size_t capacity, uint8_t **message, size_t *message_length);

#endif
