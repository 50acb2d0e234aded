// SPDX-License-Identifier: Apache-2.0
//
// A narrow interface to the system's c-ares: queries and answers are passed as the bytes on the wire.
//
// Differences that it hides, so that 1.18.1 (Debian 12) and 1.34 (Debian 13) behave alike. Both have the soname
// libcares.so.2, so the library loaded at run time may differ from the header used at compile time.
//
// - The shim owns the sockets (`ares_set_socket_functions`). It passes one message at a time to c-ares, reduced to the
//   part that identifies its query (stub_reply.h). The completion receives the bytes that were on the wire: c-ares
//   >= 1.28 re-serializes messages (another layout, another length, and the length is what proves a UDP answer
//   complete), and 1.18.1 cuts UDP answers at 512 bytes without ARES_FLAG_EDNS.
// - The caller writes the queries, and `ares_send` sends them: EDNS is set by the caller, so the channel-wide EDNS
//   fallback of 1.18.1 (a FORMERR disables EDNS for all queries) never starts, nor that of 1.34.
// - The query cache of c-ares >= 1.31, on by default and wrong for NODATA, is switched off.
// - No file is read: resolv.conf is /dev/null, the lookup order is DNS only, nsswitch and hosts are never opened.
// - A full send buffer is not a failure of the server, as 1.18.1 assumes: a datagram that cannot be sent counts as
//   lost.
// - A message that belongs to no query never reaches c-ares, and one call of `ca_loop_serve` reads a bounded number of
//   messages: a flood of them costs little and does not starve the loop's other work.
// - Forged answers are made hard to guess (RFC 5452) if the caller requests it: names are sent in random case, and a
//   channel that was sent too many wrong answers accepts no more of them.
//
// Threads: a loop and its channels are used by one thread at a time; which one does not matter. `ca_loop_wake` may be
// called at any time, and `ca_loop_wait` waits beside the other functions if `ca_loop_may_change_during_wait`.

#ifndef CARES_SHIM_H
#define CARES_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ca_loop ca_loop;
typedef struct ca_channel ca_channel;

typedef enum {
    /// A reply to this question arrived. The rest of it is not interpreted: its response code, TC and records.
    CA_ANSWERED = 0,
    /// All tries timed out.
    CA_TIMED_OUT,
    /// The socket failed; `system_error` is the cause (ECONNREFUSED, ECONNRESET, ENETUNREACH, or 0 for an orderly
    /// close).
    CA_CONNECTION_FAILED,
    /// c-ares could not read the answer. Not expected: it receives only headers and questions.
    CA_MALFORMED,
    /// c-ares refused to send this message.
    CA_REJECTED,
    CA_OUT_OF_MEMORY,
    /// The channel was destroyed while the query was under way.
    CA_DESTROYED,
    /// Not final: a message arrived with the query's ID and question, but in another case than was sent. It is either
    /// forged, or from a server that does not preserve the case. Reported once for a query.
    CA_CASE_CHANGED
} ca_status;

/// Reports the end of one query, or CA_CASE_CHANGED. Called inside c-ares: it must copy `bytes` and must not call any
/// function of this header.
typedef void (*ca_completion)(void *context, uint64_t query, ca_status status, int system_error,
                              const uint8_t *bytes, size_t length);

typedef struct {
    /// 4 or 16 bytes in network order.
    const uint8_t *address;
    size_t address_length;
    uint16_t port;
    bool tcp;
    /// Time until the first retransmission, in milliseconds; each later one waits twice as long.
    int timeout_milliseconds;
    int tries;
    /// The number of stray messages after which the channel accepts no more messages, see `ca_channel_is_spoiled`; 0
    /// for no limit.
    unsigned stray_limit;
    ca_completion completion;
    void *context;
} ca_channel_options;

/// Creates a loop. Returns NULL if the system has no descriptors or memory left; errno says which.
ca_loop *ca_loop_create(void);

/// Destroys a loop, whose channels must have been destroyed before.
void ca_loop_destroy(ca_loop *loop);

/// Makes the current or the next `ca_loop_wait` return. Callable from any thread.
void ca_loop_wake(ca_loop *loop);

/// Waits for sockets or a wake-up, at most `timeout_milliseconds` (-1: without limit). Returns the number of sockets
/// that are ready: 0 after the timeout.
int ca_loop_wait(ca_loop *loop, int timeout_milliseconds);

/// Serves the sockets that `ca_loop_wait` found ready. Reads a bounded number of messages from each socket; the next
/// round reads the rest.
void ca_loop_serve(ca_loop *loop);

/// Returns true if another thread may use the channels of a loop while its thread waits in `ca_loop_wait`: epoll takes
/// sockets during a wait, poll does not.
bool ca_loop_may_change_during_wait(void);

/// Creates a channel. Returns NULL if out of memory or if c-ares refuses to start.
ca_channel *ca_channel_create(ca_loop *loop, const ca_channel_options *options);

/// Replaces the context of the completion. Call it before sending queries.
void ca_channel_set_context(ca_channel *channel, void *context);

/// Completes every query that is under way with CA_DESTROYED, then frees the channel.
void ca_channel_destroy(ca_channel *channel);

/// Sends a whole DNS message; its first two bytes are overwritten by an unpredictable ID that no other query of the
/// channel is using. The completion may run before this returns. The message is written at `ca_channel_flush`.
///
/// With `mixes_case`, the letters of the name are sent in a random case, and only an answer that repeats it is accepted
/// (draft-vixie-dnsext-dns0x20). The completion receives the answer with its question in the case of `message`.
void ca_channel_send(ca_channel *channel, uint64_t query, uint8_t *message, size_t length, bool mixes_case);

/// Writes the messages that were sent: one system call for a batch, instead of one for each message.
void ca_channel_flush(ca_channel *channel);

/// Lets c-ares retransmit and time out. Call it every few tens of milliseconds while queries are under way: computing
/// the next timeout costs 1.18.1 a walk over all of them.
void ca_channel_tick(ca_channel *channel);

/// Returns the number of queries that c-ares holds, including the abandoned ones.
size_t ca_channel_pending(const ca_channel *channel);

/// Returns the number of messages that belonged to no query: with a wrong ID or question, or no replies. Repeated
/// answers to queries that have ended do not count.
uint64_t ca_channel_strays(const ca_channel *channel);

/// Returns true if the channel has received as many strays as `stray_limit` allows. It then ignores all messages; its
/// queries should be sent again on another channel.
bool ca_channel_is_spoiled(const ca_channel *channel);

/// Runs `body(context)` on a new detached thread with a name (at most 15 bytes of it). Its signals are blocked, except
/// those of faults: the others are left to the program's own threads. Returns false if the system grants no thread.
bool ca_thread_start(const char *name, void (*body)(void *context), void *context);

/// Returns the version of the loaded c-ares, such as "1.18.1".
const char *ca_version(void);

/// Returns ca_version() as a number: 0x011201 for 1.18.1.
int ca_version_number(void);

#endif
