// SPDX-License-Identifier: Apache-2.0

/// The limits a ``QueryScheduler`` works under. Times are nanoseconds on the caller's monotonic clock.
struct SchedulerPolicy: Sendable {
    /// Queries that somebody waits for and that may be on one socket at once; the rest wait in order. A default socket
    /// buffer holds about 70 answers of 3 kB: more in flight means lost datagrams and seconds of retransmission.
    var window = 64

    /// Queries that c-ares may hold altogether, the abandoned ones included. An abandoned query costs the server
    /// nothing more, so it does not fill the window; but ids are 16 bits, and c-ares keeps it until its tries run out.
    /// When this many are reached the connection is replaced, which ends the abandoned ones.
    var maximumUnderWay = 1024

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
}
