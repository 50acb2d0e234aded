// SPDX-License-Identifier: Apache-2.0
//
// The sockets that c-ares believes it owns. Reading is done in batches, and handed to c-ares one message at a time, so
// that the completion of a query can be given the bytes of the very message that ended it.

#ifndef CARES_TRANSPORT_H
#define CARES_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "abridge.h"

struct ca_channel;

enum {
    // One recvmmsg at most: a full window of answers in two system calls.
    DATAGRAM_BATCH = 32,
    // The largest datagram: what EDNS advertises is no promise. Not a power of two: slots a page multiple apart would share
    // cache sets. The kernel backs only the pages that are written to.
    DATAGRAM_SIZE = 65536 + 64,
    // A query has 12 bytes of header, a name of 255, 4 of type and class, and 11 of OPT at most.
    OUTGOING_SIZE = 320,
    OUTGOING_BATCH = 64,
    // Reads of one socket a round: two windows of datagrams, half a megabyte of a stream. What a peer sends beyond that
    // waits until the loop has looked at everything else.
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

    // UDP: the loop's, which all of its sockets share; what is read into it is handed over before the next socket's turn.
    uint8_t *buffer;
    // What reading brought instead of data; given to c-ares after the messages before it.
    int error;
    bool end_of_stream;
    // c-ares has had its one piece of the current round.
    bool handed;

    // UDP: datagrams in slots of `buffer`.
    int datagrams;
    int next_datagram;
    uint32_t lengths[DATAGRAM_BATCH];

    // UDP: datagrams that wait to be sent together.
    int outgoing;
    uint16_t outgoing_lengths[OUTGOING_BATCH];
    uint8_t (*outgoing_bytes)[OUTGOING_SIZE];

    // TCP: what is left to be written of a frame that has been begun.
    size_t unwritten;
    // TCP: unread bytes are buffer[start..<end].
    size_t start;
    size_t end;

    // The message that c-ares is being given, abridged, behind the length that TCP puts before it; over TCP in pieces.
    uint8_t *message;
    size_t message_length;
    uint8_t shown[2 + ABRIDGED_SIZE];
    size_t shown_start;
    size_t shown_end;
} ca_socket;

static inline uint8_t *ca_socket_slot(const ca_socket *socket, int index) {
    return socket->buffer + (size_t)index * DATAGRAM_SIZE;
}

// Room for one batch of datagrams. Pages that are never written to stay with the system.
uint8_t *ca_datagram_buffer_create(void);

ca_socket *ca_socket_open(struct ca_channel *channel, int domain, int type, int protocol, uint8_t *datagrams);
void ca_socket_close(ca_socket *socket);
void ca_socket_free(ca_socket *socket);
int ca_socket_connect(ca_socket *socket, const struct sockaddr *address, socklen_t length);

// Takes a datagram for the next ca_socket_send_pending. Returns false when it is too large.
bool ca_socket_postpone(ca_socket *socket, const struct iovec *vectors, int count);

// Sends what was postponed, in one system call where the system has one for it. A failure is kept in `error`; what the
// send buffer has no room for is lost, as datagrams may be.
void ca_socket_send_pending(ca_socket *socket);

// Reads what the kernel has. Returns true when there may be more.
bool ca_socket_fill(ca_socket *socket);

// Forgets datagrams that were read and not handed over.
void ca_socket_drop_rest(ca_socket *socket);

// Looks for something to give to c-ares: a message that belongs to a query, an error or the end of the stream.
bool ca_socket_prepare(ca_socket *socket);

// c-ares' read: one piece a round, of what ca_socket_prepare found. Sets *message to the whole message, once all of its
// pieces have been given.
ssize_t ca_socket_hand(ca_socket *socket, void *data, size_t capacity, uint8_t **message, size_t *message_length);

#endif
