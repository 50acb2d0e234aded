// SPDX-License-Identifier: Apache-2.0

/// The limits a ``QueryScheduler`` works under. Times are nanoseconds on the caller's monotonic clock.
struct SchedulerPolicy: Sendable {
    /// Queries that somebody waits for, that are not late, and that may be on one connection at once; the rest wait in
    /// order. A default socket buffer holds about 70 answers of 3 kB: more in flight means lost datagrams and seconds of
    /// retransmission.
    var window = 64

    /// Queries on one connection that somebody waits for, the late ones included: four windows.
    var maximumAwaited: Int { 4 * window }

    /// Queries that c-ares may hold on one connection, the abandoned ones included. An abandoned query costs the server
    /// nothing more, so it does not fill the window; but ids are 16 bits, and c-ares keeps it until its tries run out.
    /// When this many are reached the connection is replaced, which ends the abandoned ones.
    var maximumUnderWay = 1024

    /// Connections that may be open at once. There is one as long as a lane asks about one datacenter.
    var connectionLimit = 8

    /// How long an additional connection stays open after its last answer. Nothing wakes up for it: it is closed when the
    /// lane has something else to do.
    var idleLimit: UInt64 = 10_000_000_000

    /// A query is late when it has been unanswered for this long.
    ///
    /// A late datagram leaves the window: its answer will not come in a burst with the others. Over a stream, where a
    /// server answers in order, a connection on which nothing has been heard for this long takes no more queries, and
    /// those behind the first one go to another.
    var overdueAfter: UInt64 = 200_000_000

    /// Whether the server answers the queries of a connection one after the other, as Consul does over TCP.
    var answersInOrder = false

    /// How often a query may be sent again because its connection was lost. Consul closes a TCP connection after 128
    /// queries and after 8 s of idleness, which says nothing about the query that was on its way.
    var retriesAfterLostConnection = 0

    /// A connection on which nothing has been heard for this long is replaced when a query on it is given up: c-ares
    /// 1.18.1 keeps a half-open one until the kernel gives up, a quarter of an hour later. `nil` for UDP.
    var silenceLimit: UInt64?

    /// Whether identical questions share one query.
    var coalesces = true

    /// How long after it was sent a query may still be joined.
    var sharingLimit: UInt64 = 400_000_000

    /// What makes forged answers hard to guess; `nil` where forgers have no access: over TCP, and on the loopback interface.
    var forgeryGuard: ForgeryGuard?
}

/// The measures of RFC 5452 against forged datagrams. A forger must guess the source port, the id, and the case in which
/// the letters of the name were sent.
struct ForgeryGuard: Sendable {
    /// Queries that are sent from one port. The next ones go from another, while the old socket stays open until it has
    /// its answers.
    var queriesPerSocket = 256

    /// How long queries are sent from one port.
    var socketAge: UInt64 = 10_000_000_000

    /// Wrong answers that a socket bears. Then nothing more is accepted on it, and its queries go out from another port:
    /// a forger who has found the port starts anew.
    var strayLimit: UInt32 = 8

    /// How often a query moves away from wrong answers. Then it fails, so that its caller asks over TCP.
    var maximumMoves = 2
}
