// SPDX-License-Identifier: Apache-2.0

extension QueryScheduler {
    /// What the scheduler wants done.
    enum Action {
        /// Ask over a connection; one with a new name has to be opened first.
        case send(AttemptID, DNSQuery, Dispatch)
        /// Tell a waiter.
        case finish(Token, Result<[UInt8], QueryFailure>)
        /// Close a connection. What it still says is not to be reported.
        case close(ConnectionID)
    }

    /// How a query is sent.
    struct Dispatch: Hashable {
        let connection: ConnectionID
        /// Whether the name is sent in a random case, which the answer has to repeat.
        let mixesCase: Bool
    }

    /// What became of a query that was sent.
    enum Completion {
        case answered([UInt8])
        /// c-ares has given up retransmitting. Deadlines are ours: it is sent again while somebody waits.
        case timedOut
        case connectionFailed(systemError: Int32)
        case failed(QueryFailure)
        /// Not an end: an answer came whose name is in another case than it was sent in, and was dropped.
        case caseChanged
    }

    /// A question that is being asked, for a list of waiters.
    ///
    /// Without an attempt it is in a waiting room; with an attempt and without waiters it is abandoned, unless somebody
    /// asks the same again soon.
    struct Query {
        let question: DNSQuery
        /// Queries with the same key share connections.
        let key: UInt64
        /// The latest time that it was sent.
        var attempt: AttemptID?
        var firstWaiter: WaiterID?
        var lostConnections = 0
        /// How often it has left a socket with wrong answers.
        var moves = 0
        /// Whether it has left a connection on which it stood behind an overdue one.
        var hasOvertaken = false
        /// Whether its name is sent as it is spelled.
        var isPlain = false
    }

    /// One time that a query was sent: what c-ares holds. The answer to any of them answers the query; other reports
    /// count only when they are about the latest one.
    struct Attempt {
        enum Place {
            /// In the window.
            case window
            /// Unanswered for so long that it takes no place in the window.
            case late
            /// Nobody waits for it: the query was abandoned, or has been sent again elsewhere.
            case orphaned
        }

        let query: QueryID
        let connection: ConnectionID
        /// Its place in the order in which the connection was sent queries.
        let number: Int
        let sentAt: UInt64
        let mixesCase: Bool
        var place = Place.window
    }

    /// A socket, as far as decisions need it.
    struct Connection {
        let id: ConnectionID
        /// Whose queries it takes: those with the key of the one that found it idle.
        var key: UInt64
        let openedAt: UInt64
        /// How many queries were sent over it.
        var sent = 0
        /// How many of them are in the window.
        var inWindow = 0
        /// How many are late.
        var late = 0
        /// How many c-ares holds, the orphaned ones included.
        var held = 0
        /// When the first query was sent since the connection was last heard of.
        var unheardSince: UInt64?
        /// When c-ares last held something.
        var idleSince: UInt64
        /// Whether it takes no more queries, and is closed when nobody waits for it.
        var isRetired = false
        /// Whether the queries behind an overdue one have gone elsewhere, since the connection was last heard of.
        var isOvertaken = false

        var awaited: Int { inWindow + late }
    }

    /// Somebody in the list of a query.
    struct Waiter {
        let token: Token
        let deadline: UInt64
        let query: QueryID
        var previous: WaiterID?
        var next: WaiterID?
    }
}

/// Names a connection of a ``QueryScheduler``; no other one has the same name later.
struct ConnectionID: Hashable, Sendable {
    let number: UInt64
}
