// SPDX-License-Identifier: Apache-2.0
//
// A DNS responder with minimal cost, so that a benchmark measures the resolver in front of it.
//
// A real Consul agent needs 0.4 ms or more for an answer and saturates at a few thousand queries a second: measured
// against it, a slow resolver and a fast one look the same. This program answers every SRV question from prepared
// bytes. Only the id, the RD bit and the question (which is echoed exactly, letter case included, because a client may
// check it) change from query to query.
//
// The replies must still be realistic: a resolver spends its time decoding, so its input must have the shape of a real
// agent's replies. The layout below is that of Consul 1.8.7, taken from captured replies:
//
//   * flags QR AA RD, never RA and never TC: an agent that leaves instances out does not say so by default;
//   * SRV owners are pointers to the question (C0 0C), SRV targets are spelled in full EVERY time (never compressed);
//   * each additional A record's owner is a pointer to its own SRV target, in the same order;
//   * a target that starts at or beyond offset 0x4000 cannot be pointed to: the owner then becomes its first label
//     followed by a pointer to the suffix (`addr.dc1.consul`) inside the first target;
//   * node records carry a TXT `consul-network-segment=`, interleaved A, TXT, A, TXT; the owner is that of the node;
//   * TTL 0, priority and weight 1; OPT last, repeating the size the query advertised, over TCP as well;
//   * as soon as anything must be left out, every TXT goes first, then whole instances with their A record.
//
// The order is fixed, where an agent shuffles: in a benchmark every query should cost the same.

#include "wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    MAX_INSTANCES = 4000,
    MAX_MESSAGE = 65535,
    MAX_UDP_PAYLOAD = 65507,
    PLAIN_UDP_SIZE = 512,
    // Consul's `udp_answer_limit`, which applies only to clients that advertise at most 512 bytes.
    PLAIN_UDP_INSTANCES = 3,
    // The maximum that an agent sends over TCP, even when more would fit 64 KiB.
    TCP_INSTANCES = 1024,
    OPT_SIZE = 11,
    MAX_QUESTION = 255 + 4,
    BATCH = 64,
    QUERY_BUFFER = 1500,
    MAX_CONNECTIONS = 512,
    // Room for one whole query frame whatever its size, and for many pipelined ones.
    INPUT_BUFFER = 128 * 1024,
    // A reply is begun only when the largest possible one fits; hence several times that size.
    OUTPUT_BUFFER = 512 * 1024,
};

typedef enum { TARGET_ADDRESS, TARGET_NODE } TargetStyle;

static struct {
    unsigned instances;
    TargetStyle style;
    bool agentText;
} config = { .instances = 10, .style = TARGET_ADDRESS, .agentText = false };

// MARK: The canned sections

// Every pointer in a reply depends on the offsets of the SRV targets, which start after the question: so there is one
// layout for each question length. It is built at the first question of that length, and kept.
typedef struct {
    uint8_t *services;      // the SRV records
    size_t *servicesEnd;    // servicesEnd[k]: bytes taken by the first k
    uint8_t *glue;          // the A records alone: the rest once TXT is dropped
    size_t *glueEnd;
    uint8_t *extra;         // the A records with their TXT records
    size_t extraSize;
    unsigned textCount;
    // The last size limit and its result. Clients of one benchmark all advertise the same size.
    size_t rememberedLimit;
    unsigned rememberedCount;
} Layout;

static Layout *layouts[MAX_QUESTION + 1];

static void *allocate(size_t size)
{
    void *memory = malloc(size);
    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static size_t putLabel(uint8_t *at, const char *text)
{
    size_t length = strlen(text);
    at[0] = (uint8_t)length;
    memcpy(at + 1, text, length);
    return length + 1;
}

static size_t putPointer(uint8_t *at, size_t offset)
{
    wire_put16(at, 0xC000u | (unsigned)offset);
    return 2;
}

static size_t putRecordHead(uint8_t *at, unsigned type, unsigned length)
{
    wire_put16(at, type);
    wire_put16(at + 2, WIRE_CLASS_IN);
    memset(at + 4, 0, 4); // TTL 0 is an agent's default without a dns_config
    wire_put16(at + 8, length);
    return 10;
}

static void instanceName(unsigned index, char *label, size_t size, uint8_t address[4])
{
    address[0] = 10;
    address[1] = config.style == TARGET_NODE ? 0 : 9;
    address[2] = (uint8_t)(index >> 8);
    address[3] = (uint8_t)index;
    if (config.style == TARGET_NODE) {
        snprintf(label, size, "n%u", index + 1);
    } else {
        snprintf(label, size, "%02x%02x%02x%02x", address[0], address[1], address[2], address[3]);
    }
}

static size_t putGlue(uint8_t *at, const char *label, size_t target, size_t suffix, const uint8_t address[4])
{
    size_t n = 0;
    if (target < WIRE_POINTER_LIMIT) {
        n += putPointer(at, target);
    } else {
        n += putLabel(at, label);
        n += putPointer(at + n, suffix);
    }
    n += putRecordHead(at + n, WIRE_TYPE_A, 4);
    memcpy(at + n, address, 4);
    return n + 4;
}

static Layout *buildLayout(size_t question)
{
    enum { SERVICE_ROOM = 80, GLUE_ROOM = 40, EXTRA_ROOM = 104 };
    static const char segment[] = "consul-network-segment=";
    const bool node = config.style == TARGET_NODE;
    const unsigned count = config.instances;

    Layout *layout = allocate(sizeof *layout);
    layout->services = allocate((size_t)count * SERVICE_ROOM);
    layout->servicesEnd = allocate((count + 1u) * sizeof(size_t));
    layout->glue = allocate((size_t)count * GLUE_ROOM);
    layout->glueEnd = allocate((count + 1u) * sizeof(size_t));
    layout->extra = allocate((size_t)count * EXTRA_ROOM);
    layout->servicesEnd[0] = layout->glueEnd[0] = 0;
    layout->textCount = node || config.agentText ? count : 0;
    layout->rememberedLimit = 0;
    layout->rememberedCount = 0;

    size_t *targets = allocate(count * sizeof(size_t));
    char label[16];
    uint8_t address[4];
    const size_t base = WIRE_HEADER + question;

    size_t n = 0;
    for (unsigned i = 0; i < count; i++) {
        instanceName(i, label, sizeof label, address);
        uint8_t *at = layout->services + n;
        size_t m = putPointer(at, WIRE_HEADER);
        m += putRecordHead(at + m, WIRE_TYPE_SRV, 0);
        uint8_t *length = at + m - 2;
        const size_t data = m;
        wire_put16(at + m, 1);         // priority
        wire_put16(at + m + 2, 1);     // weight
        wire_put16(at + m + 4, 8000 + i);
        m += 6;
        targets[i] = base + n + m;
        m += putLabel(at + m, label);
        m += putLabel(at + m, node ? "node" : "addr");
        m += putLabel(at + m, "dc1");
        m += putLabel(at + m, "consul");
        at[m++] = 0;
        wire_put16(length, (unsigned)(m - data));
        n += m;
        layout->servicesEnd[i + 1] = n;
    }

    instanceName(0, label, sizeof label, address);
    const size_t suffix = targets[0] + 1 + strlen(label);
    const size_t datacenter = suffix + 1 + strlen("addr"); // "node" is as long
    const size_t extraBase = base + n;

    size_t glue = 0, extra = 0, nodeName = 0;
    for (unsigned i = 0; i < count; i++) {
        instanceName(i, label, sizeof label, address);
        const size_t size = putGlue(layout->glue + glue, label, targets[i], suffix, address);
        memcpy(layout->extra + extra, layout->glue + glue, size);
        glue += size;
        extra += size;
        layout->glueEnd[i + 1] = glue;
        if (layout->textCount == 0) {
            continue;
        }

        uint8_t *at = layout->extra + extra;
        size_t m = 0;
        if (node) {
            if (targets[i] < WIRE_POINTER_LIMIT) {
                m += putPointer(at, targets[i]);
            } else {
                m += putLabel(at, label);
                m += putPointer(at + m, suffix);
            }
        } else if (nodeName != 0) {
            m += putPointer(at, nodeName);
        } else {
            // Services registered with one agent under addresses of their own: the TXT belongs to the agent's node,
            // and its name occurs nowhere else in the message. The first occurrence is spelled, the others point to it.
            if (extraBase + extra < WIRE_POINTER_LIMIT) {
                nodeName = extraBase + extra;
            }
            m += putLabel(at, "n1");
            m += putLabel(at + m, "node");
            m += putPointer(at + m, datacenter);
        }
        m += putRecordHead(at + m, WIRE_TYPE_TXT, sizeof segment);
        m += putLabel(at + m, segment);
        extra += m;
    }
    layout->extraSize = extra;
    free(targets);
    return layout;
}

static void freeLayouts(void)
{
    for (size_t i = 0; i <= MAX_QUESTION; i++) {
        if (layouts[i] != NULL) {
            free(layouts[i]->services);
            free(layouts[i]->servicesEnd);
            free(layouts[i]->glue);
            free(layouts[i]->glueEnd);
            free(layouts[i]->extra);
            free(layouts[i]);
        }
    }
}

// Returns the number of instances that fit `room` bytes of SRV and A records. At least one: an agent sends a lone
// record whatever size the client advertised.
static unsigned fitting(Layout *layout, size_t room)
{
    if (layout->rememberedLimit == room) {
        return layout->rememberedCount;
    }
    unsigned low = 1, high = config.instances;
    while (low < high) {
        const unsigned middle = low + (high - low + 1) / 2;
        if (layout->servicesEnd[middle] + layout->glueEnd[middle] <= room) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    layout->rememberedLimit = room;
    layout->rememberedCount = low;
    return low;
}

// MARK: One query, one reply

// A reply consists of pieces that are sent from their place in memory: the header with the question, the SRV records,
// the additional records, the OPT. The big pieces are shared by all replies and never copied for UDP.
typedef struct {
    uint8_t head[WIRE_HEADER + MAX_QUESTION];
    uint8_t opt[OPT_SIZE];
    struct iovec pieces[4];
    unsigned pieceCount;
} Reply;

static void addPiece(Reply *reply, const void *bytes, size_t size)
{
    if (size > 0) {
        // iovec has no const: the kernel only reads it.
        reply->pieces[reply->pieceCount].iov_base = (void *)(uintptr_t)bytes;
        reply->pieces[reply->pieceCount].iov_len = size;
        reply->pieceCount++;
    }
}

// Returns the length of the first question, or 0 when it is not a plain uncompressed name within bounds.
static size_t questionLength(const uint8_t *query, size_t size)
{
    size_t at = WIRE_HEADER;
    while (at < size && query[at] != 0) {
        if (query[at] > 63) {
            return 0;
        }
        at += 1u + query[at];
        if (at - WIRE_HEADER > 254) {
            return 0;
        }
    }
    at += 1 + 4;
    return at <= size ? at - WIRE_HEADER : 0;
}

// Returns false for messages that deserve no reply: a fragment of a header, or a response (answering one invites a
// loop).
static bool answer(const uint8_t *query, size_t size, bool udp, Reply *reply)
{
    reply->pieceCount = 0;
    if (size < WIRE_HEADER || (query[2] & 0x80) != 0) {
        return false;
    }
    uint8_t *head = reply->head;
    const size_t question = wire_get16(query + 4) == 1 ? questionLength(query, size) : 0;
    const size_t headSize = WIRE_HEADER + question;
    memcpy(head, query, headSize);
    memset(head + 4, 0, 8);
    head[2] = (uint8_t)(0x84 | (query[2] & 0x79)); // QR AA, opcode and RD as in the query
    head[3] = 0;
    wire_put16(head + 4, question > 0);

    // Anything but a well-formed SRV question is a mistake in the benchmark. Reply with an error at once: otherwise the
    // client would wait for its timeout and record that as latency.
    const bool malformed = question == 0;
    if (malformed || (query[2] & 0x78) != 0 || wire_get16(query + headSize - 4) != WIRE_TYPE_SRV) {
        head[3] = malformed ? 1 : 4; // FORMERR, NOTIMP
        addPiece(reply, head, headSize);
        return true;
    }

    // The OPT of a query is its only other record in practice; an OPT behind another record is not searched for.
    size_t advertised = 0;
    bool edns = false;
    if (wire_get16(query + 10) > 0 && wire_get16(query + 6) == 0 && wire_get16(query + 8) == 0
        && size >= headSize + OPT_SIZE && query[headSize] == 0
        && wire_get16(query + headSize + 1) == WIRE_TYPE_OPT) {
        edns = true;
        advertised = wire_get16(query + headSize + 3);
    }
    const size_t optSize = edns ? OPT_SIZE : 0;

    Layout *layout = layouts[question];
    if (layout == NULL) {
        layout = layouts[question] = buildLayout(question);
    }

    size_t limit = MAX_MESSAGE;
    unsigned most = TCP_INSTANCES;
    if (udp) {
        const bool plain = advertised <= PLAIN_UDP_SIZE;
        limit = plain ? PLAIN_UDP_SIZE : advertised < MAX_UDP_PAYLOAD ? advertised : MAX_UDP_PAYLOAD;
        most = plain ? PLAIN_UDP_INSTANCES : MAX_INSTANCES;
    }

    unsigned count = config.instances;
    const uint8_t *extra = layout->extra;
    size_t extraSize = layout->extraSize;
    unsigned extraCount = count + layout->textCount;
    if (count > most || headSize + layout->servicesEnd[count] + extraSize + optSize > limit) {
        const unsigned fits = fitting(layout, limit - headSize - optSize);
        count = fits < most ? fits : most;
        extra = layout->glue;
        extraSize = layout->glueEnd[count];
        extraCount = count;
    }

    wire_put16(head + 6, count);
    wire_put16(head + 10, extraCount + (edns ? 1 : 0));
    addPiece(reply, head, headSize);
    addPiece(reply, layout->services, layout->servicesEnd[count]);
    addPiece(reply, extra, extraSize);
    if (edns) {
        memset(reply->opt, 0, OPT_SIZE);
        wire_put16(reply->opt + 1, WIRE_TYPE_OPT);
        wire_put16(reply->opt + 3, (unsigned)advertised);
        addPiece(reply, reply->opt, OPT_SIZE);
    }
    return true;
}

// MARK: UDP

// One system call receives up to BATCH queries and one sends as many replies: with many queries in flight, they share
// the kernel's cost per call, which is most of the time of such a responder.
static void serveUDP(int fd)
{
    static uint8_t queries[BATCH][QUERY_BUFFER];
    static struct sockaddr_in peers[BATCH];
    static struct iovec queryPieces[BATCH];
    static struct mmsghdr incoming[BATCH], outgoing[BATCH];
    static Reply replies[BATCH];

    // A bounded number of rounds, so that a UDP flood cannot starve the TCP side or the signal to stop.
    for (int round = 0; round < 16; round++) {
        for (int i = 0; i < BATCH; i++) {
            queryPieces[i] = (struct iovec){ .iov_base = queries[i], .iov_len = QUERY_BUFFER };
            incoming[i].msg_hdr = (struct msghdr){ .msg_name = &peers[i], .msg_namelen = sizeof peers[i],
                                                   .msg_iov = &queryPieces[i], .msg_iovlen = 1 };
        }
        const int received = recvmmsg(fd, incoming, BATCH, MSG_DONTWAIT, NULL);
        if (received <= 0) {
            return;
        }
        unsigned ready = 0;
        for (int i = 0; i < received; i++) {
            if ((incoming[i].msg_hdr.msg_flags & MSG_TRUNC) == 0
                && answer(queries[i], incoming[i].msg_len, true, &replies[ready])) {
                outgoing[ready].msg_hdr = (struct msghdr){ .msg_name = &peers[i], .msg_namelen = sizeof peers[i],
                                                           .msg_iov = replies[ready].pieces,
                                                           .msg_iovlen = replies[ready].pieceCount };
                ready++;
            }
        }
        // The socket is blocking for sends: waiting a moment for buffer space beats dropping a reply, which would cost
        // the client a timeout of seconds. A datagram that the kernel refuses is skipped.
        for (unsigned sent = 0; sent < ready;) {
            const int done = sendmmsg(fd, outgoing + sent, ready - sent, 0);
            sent += done > 0 ? (unsigned)done : errno == EINTR ? 0 : 1;
        }
        if (received < BATCH) {
            return; // the queue was drained; the next recvmmsg would only report that
        }
    }
}

// MARK: TCP

typedef enum { SOURCE_UDP, SOURCE_LISTENER, SOURCE_SIGNAL, SOURCE_TIMER, SOURCE_STDIN, SOURCE_CONNECTION } SourceKind;

typedef struct {
    SourceKind kind;
    int fd;
} Source;

typedef struct Connection {
    Source source; // first, so that the epoll cookie is both
    struct Connection *next, **link;
    uint32_t events;
    bool ended; // the peer has sent its last query
    size_t inputStart, inputEnd;
    size_t outputStart, outputEnd;
    uint8_t input[INPUT_BUFFER];
    uint8_t output[OUTPUT_BUFFER];
} Connection;

static Connection *connections;
static unsigned connectionCount;
static int epollDescriptor = -1;

static void closeConnection(Connection *connection)
{
    close(connection->source.fd); // which also removes it from the epoll set: there is no duplicate of the descriptor
    *connection->link = connection->next;
    if (connection->next != NULL) {
        connection->next->link = connection->link;
    }
    free(connection);
    connectionCount--;
}

static void acceptConnections(int listener)
{
    for (;;) {
        const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        Connection *connection = connectionCount < MAX_CONNECTIONS ? malloc(sizeof *connection) : NULL;
        if (connection == NULL) {
            close(fd);
            continue;
        }
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); // a reply that waits for an ACK is not a fast reply
        connection->source = (Source){ SOURCE_CONNECTION, fd };
        connection->events = EPOLLIN;
        connection->ended = false;
        connection->inputStart = connection->inputEnd = connection->outputStart = connection->outputEnd = 0;
        connection->next = connections;
        connection->link = &connections;
        if (connections != NULL) {
            connections->link = &connection->next;
        }
        connections = connection;
        connectionCount++;
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
        if (epoll_ctl(epollDescriptor, EPOLL_CTL_ADD, fd, &event) != 0) {
            closeConnection(connection);
        }
    }
}

// False when the connection is broken.
static bool flushOutput(Connection *connection)
{
    while (connection->outputStart < connection->outputEnd) {
        const ssize_t n = send(connection->source.fd, connection->output + connection->outputStart,
                               connection->outputEnd - connection->outputStart, MSG_NOSIGNAL);
        if (n < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        connection->outputStart += (size_t)n;
    }
    connection->outputStart = connection->outputEnd = 0;
    return true;
}

// Answers the complete queries of the input buffer while there is room for the largest reply.
static void answerInput(Connection *connection)
{
    static Reply reply;
    while (OUTPUT_BUFFER - connection->outputEnd >= 2 + MAX_MESSAGE) {
        const size_t available = connection->inputEnd - connection->inputStart;
        const uint8_t *frame = connection->input + connection->inputStart;
        if (available < 2 || available < 2u + wire_get16(frame)) {
            break;
        }
        const size_t size = wire_get16(frame);
        connection->inputStart += 2 + size;
        if (!answer(frame + 2, size, false, &reply)) {
            continue;
        }
        // Copied, where UDP sends the pieces in place: a copy of 3 kB costs less than a fourfold entry in the vector of
        // a writev, and all the replies of a batch leave in one call.
        uint8_t *at = connection->output + connection->outputEnd;
        size_t total = 0;
        for (unsigned i = 0; i < reply.pieceCount; i++) {
            memcpy(at + 2 + total, reply.pieces[i].iov_base, reply.pieces[i].iov_len);
            total += reply.pieces[i].iov_len;
        }
        wire_put16(at, (unsigned)total);
        connection->outputEnd += 2 + total;
    }
    const size_t left = connection->inputEnd - connection->inputStart;
    if (left > 0 && connection->inputStart > 0) {
        memmove(connection->input, connection->input + connection->inputStart, left);
    }
    connection->inputStart = 0;
    connection->inputEnd = left;
}

static bool hasCompleteQuery(const Connection *connection)
{
    return connection->inputEnd >= 2 && connection->inputEnd >= 2u + wire_get16(connection->input);
}

static void serveConnection(Connection *connection)
{
    bool alive = true;
    if (!connection->ended && connection->inputEnd < INPUT_BUFFER && connection->outputEnd == 0) {
        const ssize_t n = recv(connection->source.fd, connection->input + connection->inputEnd,
                               INPUT_BUFFER - connection->inputEnd, 0);
        if (n > 0) {
            connection->inputEnd += (size_t)n;
        } else if (n == 0) {
            connection->ended = true;
        } else {
            alive = errno == EAGAIN || errno == EINTR;
        }
    }
    // The program stops reading from a peer that does not read its replies, so a connection never holds more than its
    // buffers.
    while (alive) {
        answerInput(connection);
        alive = flushOutput(connection);
        if (connection->outputEnd > 0 || !hasCompleteQuery(connection)) {
            break;
        }
    }
    if (!alive || (connection->ended && connection->outputEnd == 0)) {
        closeConnection(connection);
        return;
    }
    const uint32_t wanted = connection->outputEnd > 0 ? EPOLLOUT : EPOLLIN;
    if (wanted != connection->events) {
        struct epoll_event event = { .events = wanted, .data.ptr = connection };
        epoll_ctl(epollDescriptor, EPOLL_CTL_MOD, connection->source.fd, &event);
        connection->events = wanted;
    }
}

// MARK: Start and end

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void watch(Source *source, const char *what)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = source };
    if (epoll_ctl(epollDescriptor, EPOLL_CTL_ADD, source->fd, &event) != 0) {
        fail(what);
    }
}

// TCP and UDP on the same port. With port 0 the kernel chooses for TCP; UDP may find that number in use: hence the
// loop.
static unsigned openSockets(unsigned port, int *udp, int *tcp)
{
    const int on = 1, buffer = 4 << 20;
    for (int attempt = 0; attempt < 64; attempt++) {
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        socklen_t size = sizeof address;
        *tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        *udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (*tcp < 0 || *udp < 0) {
            fail("socket");
        }
        setsockopt(*tcp, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        // A burst of queries must fit: one lost datagram is a timeout of seconds in the client's measurement.
        setsockopt(*udp, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
        setsockopt(*udp, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
        if (bind(*tcp, (struct sockaddr *)&address, sizeof address) != 0 || listen(*tcp, 128) != 0
            || getsockname(*tcp, (struct sockaddr *)&address, &size) != 0) {
            fail("bind");
        }
        if (bind(*udp, (struct sockaddr *)&address, sizeof address) == 0) {
            return ntohs(address.sin_port);
        }
        if (port != 0 || errno != EADDRINUSE) {
            fail("bind");
        }
        close(*tcp);
        close(*udp);
    }
    fputs("no port is free for both UDP and TCP\n", stderr);
    exit(1);
}

static _Noreturn void usage(int status)
{
    fputs("usage: responder [--port 0] [--instances 10] [--nodes | --agent-text] [--seconds 600] [--stdin-eof]\n"
          "  --port N        the port on 127.0.0.1, UDP and TCP; 0 takes a free one. \"ready PORT\" is printed\n"
          "  --instances N   instances in every answer, 1 to 4000\n"
          "  --nodes         targets are n1.node.dc1.consul., each with a TXT record, as nodes of a catalog\n"
          "  --agent-text    targets stay 0a090000.addr.dc1.consul., with the TXT of the one agent they belong to\n"
          "  --seconds N     end by itself after N seconds\n"
          "  --stdin-eof     end when standard input is closed\n",
          status == 0 ? stdout : stderr);
    exit(status);
}

int main(int argc, char **argv)
{
    unsigned port = 0;
    unsigned long seconds = 600;
    bool watchInput = false;
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i];
        const bool valued = i + 1 < argc;
        if (strcmp(option, "--nodes") == 0) {
            config.style = TARGET_NODE;
        } else if (strcmp(option, "--agent-text") == 0) {
            config.agentText = true;
        } else if (strcmp(option, "--stdin-eof") == 0) {
            watchInput = true;
        } else if (strcmp(option, "--help") == 0) {
            usage(0);
        } else if (strcmp(option, "--port") == 0 && valued) {
            port = (unsigned)wire_number(option, argv[++i], 0, 65535);
        } else if (strcmp(option, "--instances") == 0 && valued) {
            config.instances = (unsigned)wire_number(option, argv[++i], 1, MAX_INSTANCES);
        } else if (strcmp(option, "--seconds") == 0 && valued) {
            seconds = wire_number(option, argv[++i], 1, 86400);
        } else {
            usage(2);
        }
    }
    if (config.agentText && config.style == TARGET_NODE) {
        usage(2);
    }

    epollDescriptor = epoll_create1(EPOLL_CLOEXEC);
    if (epollDescriptor < 0) {
        fail("epoll_create1");
    }
    int udp = -1, tcp = -1;
    port = openSockets(port, &udp, &tcp);

    // Signals and the time limit arrive as readable descriptors like all other events: no handler, and no race between
    // testing a flag and falling asleep in epoll_wait.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    Source sources[] = {
        { SOURCE_UDP, udp },
        { SOURCE_LISTENER, tcp },
        { SOURCE_SIGNAL, signalfd(-1, &signals, SFD_CLOEXEC) },
        { SOURCE_TIMER, timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC) },
        { SOURCE_STDIN, STDIN_FILENO },
    };
    const struct itimerspec limit = { .it_value.tv_sec = (time_t)seconds };
    if (timerfd_settime(sources[3].fd, 0, &limit, NULL) != 0) {
        fail("timerfd_settime");
    }
    watch(&sources[0], "UDP");
    watch(&sources[1], "TCP");
    watch(&sources[2], "signalfd");
    watch(&sources[3], "timerfd");
    if (watchInput) {
        watch(&sources[4], "--stdin-eof needs a pipe or a terminal as standard input");
    }

    printf("ready %u\n", port);
    fflush(stdout);

    bool running = true;
    while (running) {
        struct epoll_event events[64];
        const int count = epoll_wait(epollDescriptor, events, 64, -1);
        if (count < 0 && errno != EINTR) {
            fail("epoll_wait");
        }
        for (int i = 0; i < count; i++) {
            Source *source = events[i].data.ptr;
            switch (source->kind) {
            case SOURCE_UDP:
                serveUDP(source->fd);
                break;
            case SOURCE_LISTENER:
                acceptConnections(source->fd);
                break;
            case SOURCE_CONNECTION:
                // Only this call can free the connection, and each descriptor occurs once in `events`.
                serveConnection((Connection *)(void *)source);
                break;
            case SOURCE_STDIN: {
                char ignored[256];
                const ssize_t n = read(source->fd, ignored, sizeof ignored);
                running = running && (n > 0 || (n < 0 && errno == EINTR));
                break;
            }
            case SOURCE_SIGNAL:
            case SOURCE_TIMER:
                running = false;
                break;
            }
        }
    }

    while (connections != NULL) {
        closeConnection(connections);
    }
    for (size_t i = 0; i < 4; i++) {
        close(sources[i].fd);
    }
    close(epollDescriptor);
    freeLayouts();
    return 0;
}
