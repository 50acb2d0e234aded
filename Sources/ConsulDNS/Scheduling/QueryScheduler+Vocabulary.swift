// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

extension QueryScheduler {
    /// An operation that the scheduler asks its lane to perform.
    enum Action {
        /// Send a query over a connection, which has to be opened first if its ID is unknown. With `mixesCase`, the name
        /// is sent in a random case, which the answer has to repeat.
        case send(AttemptID, DNSQuery, over: ConnectionID, mixesCase: Bool)
        /// Report the result to a waiter.
        case finish(Token, Result<[UInt8], QueryFailure>)
        /// Close a connection. Later reports from it are discarded.
        case close(ConnectionID)
    }

    typealias Query = ScheduledQuery
    typealias Waiter = ScheduledWaiter
    typealias Attempt = QueryAttempt
    typealias Connection = QueryConnection
    typealias Completion = QueryCompletion
}

// The records of the tables below are read and written many times for each query. They hold no references and are not
// nested in the generic type, so that they are copied as they are, without calls through their metadata.

/// A report of c-ares about a query that was sent.
enum QueryCompletion {
    case answered([UInt8])
    /// c-ares has stopped retransmitting. The scheduler enforces deadlines itself: it sends the query again while a
    /// waiter is left.
    case timedOut
    case connectionFailed(systemError: Int32)
    case failed(QueryFailure)
    /// Not final: an answer with its name in another case than the query's arrived and was dropped.
    case caseChanged
}

/// A query for a list of waiters.
///
/// Without an attempt it is queued in `waitingRooms`. With an attempt and without waiters it is abandoned, unless the
/// same question is submitted again soon.
struct ScheduledQuery {
    /// Queries with the same key share connections.
    let key: UInt64
    /// The latest attempt.
    var attempt: SlotID?
    var firstWaiter: SlotID?
    var lostConnections = 0
    /// The number of times that the query has moved away from a socket with wrong answers.
    var moves = 0
    /// True if the query was also sent over another connection because it stood behind an overdue one.
    var hasOvertaken = false
    /// True if the name is sent as it is spelled.
    var isPlain = false
}

/// One caller of a query, an element of the query's linked list.
struct ScheduledWaiter {
    let deadline: Moment
    let query: SlotID
    var previous: SlotID?
    var next: SlotID?
}

/// One transmission of a query, held by c-ares. The answer to any attempt answers the query; other reports count only
/// for the latest attempt.
struct QueryAttempt {
    enum Place {
        /// An attempt that counts against the window.
        case window
        /// An attempt that has been unanswered for so long that it no longer counts against the window.
        case late
        /// An attempt that is no longer awaited: the query was abandoned or has been sent again elsewhere.
        case orphaned
    }

    let query: SlotID
    let connection: ConnectionID
    /// The position among the attempts that were sent over the connection.
    let number: Int
    let sentAt: Moment
    let mixesCase: Bool
    var place = Place.window
}

/// The scheduler's view of a socket.
struct QueryConnection {
    let id: ConnectionID
    /// The key of the queries that it takes: that of the query that found it idle.
    var key: UInt64
    let openedAt: Moment
    /// The number of queries sent over it.
    var sent = 0
    /// The number of attempts in the window.
    var inWindow = 0
    /// The number of late attempts.
    var late = 0
    /// The number of attempts that c-ares holds, including the orphaned ones.
    var held = 0
    /// The time of the first query since the connection last received anything; `nil` if no answer is due.
    var unheardSince: Moment?
    /// The time at which c-ares last held an attempt.
    var idleSince: Moment
    /// True if it takes no more queries and is closed once no attempt on it is awaited.
    var isRetired = false
    /// True if the queries behind an overdue one have been sent elsewhere since the connection last received
    /// anything.
    var isOvertaken = false

    var awaited: Int { inWindow + late }
}

/// The ID of a connection of a ``QueryScheduler``. IDs are never reused.
struct ConnectionID: Hashable, Sendable {
    let number: UInt64
}

/// The reason why a query ended without an answer.
enum QueryFailure: Error, Hashable {
    case deadlineExceeded
    case cancelled
    case clientClosed
    /// An `errno` value, or 0 when the peer closed the connection in order.
    case connectionFailed(systemError: Int32)
    case malformedAnswer
    case rejected
    case outOfResources
    /// Wrong answers arrived repeatedly, as they do when an attacker tries to forge one.
    case suspectedForgery
}
