// SPDX-License-Identifier: Apache-2.0

extension QueryScheduler {
    /// What the scheduler wants done.
    enum Action {
        /// Ask the channel.
        case send(QueryID, DNSQuery)
        /// Tell a waiter.
        case finish(Token, Result<[UInt8], QueryFailure>)
        /// Replace the connection; what was on it is sent again, and what the old one still says is not to be reported.
        case reconnect
    }

    /// What became of a query that was sent.
    enum Completion {
        case answered([UInt8])
        /// c-ares has given up retransmitting. Deadlines are ours: it is sent again while somebody waits.
        case timedOut
        case connectionFailed(systemError: Int32)
        case failed(QueryFailure)
    }

    /// Where a query is.
    enum Stage {
        case waiting
        case sent(at: UInt64)
        /// Sent, and nobody waits any more; unless somebody asks the same again soon.
        case abandoned(sentAt: UInt64)
    }

    /// A question that is being asked, for a list of waiters.
    struct Query {
        let question: DNSQuery
        var stage = Stage.waiting
        var firstWaiter: WaiterID?
        var lostConnections = 0
    }

    /// Somebody in such a list.
    struct Waiter {
        let token: Token
        let deadline: UInt64
        let query: QueryID
        var previous: WaiterID?
        var next: WaiterID?
    }
}
