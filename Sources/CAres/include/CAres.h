// SPDX-License-Identifier: Apache-2.0
//
// A narrow face over the system's c-ares: queries go in as bytes, answers come out as the bytes that were on the wire.
//
// What it hides, so that 1.18.1 (Debian 12) and 1.34 (Debian 13) behave alike. Both carry the soname libcares.so.2, so
// the library met at run time need not be the one whose header was compiled against.
//
// - Sockets are the shim's (`ares_set_socket_functions`). It hands c-ares one message at a time, and of that only what
//   tells which query it belongs to (abridge.h). The completion gets the bytes that were on the wire: c-ares >= 1.28
//   re-serialises what it passes on (another layout, another length, and the length is what proves a UDP answer
//   complete), and 1.18.1 cuts UDP answers at 512 bytes without ARES_FLAG_EDNS.
// - Queries are written by the caller and sent by `ares_send`: EDNS is the caller's, so the channel-wide EDNS fallback
//   of 1.18.1 (a FORMERR flips the flag for everybody) never starts, nor that of 1.34.
// - The query cache of c-ares >= 1.31, on by default and wrong for NODATA, is switched off.
// - No file is read: resolv.conf is /dev/null, the lookup order is DNS only, nsswitch and hosts are never opened.
// - A full send buffer is not a failed server (1.18.1 takes it for one): a datagram that cannot be sent is a lost one.
// - A message that belongs to no query never reaches c-ares, and one call of `ca_loop_run` reads a bounded number of
//   messages: a flood of them costs little, and the loop comes round to its other work.
// - Forged answers are made hard to guess (RFC 5452), where the caller asks for it: names are sent in random case, and a
//   channel that was sent too many wrong answers accepts no more of them.
//
// Threads: everything but `ca_loop_wake` belongs to the one thread that runs the loop.

#ifndef CARES_SHIM_H
#define CARES_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ca_loop ca_loop;
typedef struct ca_channel ca_channel;

typedef enum {
    /// A message came back, in reply to this question. Nothing else in it has been judged: not its rcode, not TC, not
    /// its records.
    CA_ANSWERED = 0,
    /// Every try ran out.
    CA_TIMED_OUT,
    /// The socket failed; `system_error` says how (ECONNREFUSED, ECONNRESET, ENETUNREACH, or 0 for an orderly close).
    CA_CONNECTION_FAILED,
    /// c-ares could not read the answer. Not to be expected: it is shown nothing but headers and questions.
    CA_MALFORMED,
    /// c-ares would not send this message.
    CA_REJECTED,
    CA_OUT_OF_MEMORY,
    /// The channel was destroyed under the query.
    CA_DESTROYED,
    /// Not an end: a message came with the query's id and its question, but in another case than it was sent. It is
    /// either forged, or from a server that does not keep the case. Reported once for a query.
    CA_CASE_CHANGED
} ca_status;

/// Reports the end of one query, or CA_CASE_CHANGED. Runs inside c-ares: it must copy `bytes` and must call nothing of
/// this header.
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
    /// After so many stray messages the channel accepts no message any more, see `ca_channel_is_spoiled`; 0 for no limit.
    unsigned stray_limit;
    ca_completion completion;
    void *context;
} ca_channel_options;

/// NULL when the system has no descriptors or memory left; errno says which.
ca_loop *ca_loop_create(void);

/// All channels must have been destroyed.
void ca_loop_destroy(ca_loop *loop);

/// Makes the current or the next `ca_loop_run` return. Any thread.
void ca_loop_wake(ca_loop *loop);

/// Waits for sockets or a wake-up, at most `timeout_milliseconds` (-1: for ever), and serves what is ready.
/// Returns the number of events served: 0 after the timeout. Reads a bounded number of messages from each socket; the
/// next call goes on with the rest.
int ca_loop_run(ca_loop *loop, int timeout_milliseconds);

/// NULL when out of memory or when c-ares refuses to start.
ca_channel *ca_channel_create(ca_loop *loop, const ca_channel_options *options);

/// Replaces the context that the completion gets. Before anything is sent.
void ca_channel_set_context(ca_channel *channel, void *context);

/// Completes every query that is under way with CA_DESTROYED, then frees the channel.
void ca_channel_destroy(ca_channel *channel);

/// Sends a whole DNS message; its first two bytes are overwritten by an unpredictable id that no other query of the
/// channel is using. The completion may run before this returns. The message leaves at `ca_channel_flush`.
///
/// With `mixes_case`, the letters of the name get a random case, and only an answer that repeats it is accepted
/// (draft-vixie-dnsext-dns0x20). The completion gets the answer with its question in the case of `message`.
void ca_channel_send(ca_channel *channel, uint64_t query, uint8_t *message, size_t length, bool mixes_case);

/// Writes what has been sent: one system call for a batch, instead of one for each message.
void ca_channel_flush(ca_channel *channel);

/// Lets c-ares retransmit and give up. To be called every few tens of milliseconds while queries are under way:
/// asking it for the next timeout costs 1.18.1 a walk over all of them.
void ca_channel_tick(ca_channel *channel);

/// Queries that c-ares still holds, answered to somebody or abandoned.
size_t ca_channel_pending(const ca_channel *channel);

/// Messages that belonged to no query: with a wrong id, a wrong question, or no reply at all. Repeated answers to queries
/// that have ended do not count.
uint64_t ca_channel_strays(const ca_channel *channel);

/// Whether as many strays have come as `stray_limit` allows. Nothing that arrives from then on is looked at: the queries
/// of the channel should be asked again on another one.
bool ca_channel_is_spoiled(const ca_channel *channel);

/// Runs `body(context)` on a new detached thread with a name (at most 15 bytes of it) and signals blocked, but for
/// those of faults: the others are for the program's own threads. Returns false when the system grants no thread.
bool ca_thread_start(const char *name, void (*body)(void *context), void *context);

/// The c-ares that was loaded, such as "1.18.1".
const char *ca_version(void);

/// ca_version() as a number: 0x011201 for 1.18.1.
int ca_version_number(void);

#endif
