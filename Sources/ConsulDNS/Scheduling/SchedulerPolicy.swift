// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The limits of a ``QueryScheduler``.
struct SchedulerPolicy: Sendable {
    /// Awaited queries that are not late and may be on one connection at once; the rest wait in order. A default socket
    /// buffer holds about 70 answers of 3 kB: more in flight means lost datagrams and seconds of retransmission.
    var window = 64

    /// Awaited queries on one connection, including the late ones: four windows.
    var maximumAwaited: Int { 4 * window }

    /// Queries that c-ares may hold on one connection, including the abandoned ones. An abandoned query costs the
    /// server nothing more, so it does not fill the window; but IDs are 16 bits, and c-ares keeps the query until its
    /// tries run out. At this number the connection is replaced, which ends the abandoned ones.
    var maximumUnderWay = 1024

    /// Connections that may be open at once. A lane that queries for one datacenter only uses one.
    var connectionLimit = 8

    /// The time for which an additional connection stays open after its last answer. No timer fires for it: the
    /// connection is closed when the lane next has work to do.
    var idleLimit = Nanoseconds(.seconds(10))

    /// The time after which an unanswered query is late.
    ///
    /// A late datagram leaves the window: its answer will not come in a burst with the others. Over a stream, where a
    /// server answers in order, a connection that has received nothing for this long takes no more queries, and those
    /// behind the first one are sent over another.
    var overdueAfter = Nanoseconds(.milliseconds(200))

    /// True if the server answers the queries of a connection one after the other, as Consul does over TCP.
    var answersInOrder = false

    /// The number of times that a query may be sent again because its connection was lost. Consul closes a TCP
    /// connection after 128 queries and after 8 s of idleness, which says nothing about the query under way.
    var retriesAfterLostConnection = 0

    /// The silence after which a connection is replaced when a query on it is abandoned: c-ares 1.18.1 keeps a
    /// half-open one until the kernel gives up, a quarter of an hour later. `nil` for UDP.
    var silenceLimit: Nanoseconds?

    /// True if identical questions share one query.
    var coalesces = true

    /// The time after sending within which a query may still be joined.
    var sharingLimit = Nanoseconds(.milliseconds(400))

    /// Measures against forged answers; `nil` where an attacker has no access: over TCP, and on the loopback interface.
    var forgeryGuard: ForgeryGuard?
}

/// The measures of RFC 5452 against forged datagrams. An attacker must guess the source port, the ID, and the case in
/// which the letters of the name were sent.
struct ForgeryGuard: Sendable {
    /// Queries that are sent from one port. The next ones are sent from another, while the old socket stays open until
    /// its answers have arrived.
    var queriesPerSocket = 256

    /// The time for which queries are sent from one port.
    var socketAge = Nanoseconds(.seconds(10))

    /// Wrong answers that a socket tolerates. After that it accepts no more messages, and its queries are sent from
    /// another port: an attacker that has found the port starts anew.
    var strayLimit: UInt32 = 8

    /// The number of times that a query moves away from wrong answers. After that it fails, so that its caller can
    /// query over TCP.
    var maximumMoves = 2
}

extension Moment {
    /// Returns true if at least `time` has passed since `earlier`.
    func isAtLeast(_ time: Nanoseconds, after earlier: Moment) -> Bool {
        nanoseconds &- earlier.nanoseconds >= time.count
    }

    /// Returns the moment after `time`. Overflows nowhere: the limits of a scheduler are a day at most.
    static func + (moment: Moment, time: Nanoseconds) -> Moment {
        Moment(nanoseconds: moment.nanoseconds &+ time.count)
    }
}
