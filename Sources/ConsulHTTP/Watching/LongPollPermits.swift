// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Limits the number of blocking queries that are in flight at an agent.
///
/// An agent accepts 200 connections from one address and resets further ones, whatever their purpose. A blocking query
/// occupies one, and continues to do so after its connection is lost: the agent does not check the connection until the
/// wait is over. Therefore the permit of such a query stays taken until then.
struct LongPollPermits: Sendable {
    typealias Instant = Moment

    private let limit: Int
    private var taken = 0
    private var lost: [Instant] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a permit. Returns true if one was free.
    mutating func take(at now: Instant) -> Bool {
        lost.removeAll { $0 <= now }
        guard taken + lost.count < limit else { return false }
        taken += 1
        return true
    }

    /// Returns a permit after the agent has answered.
    mutating func giveBack() {
        taken -= 1
    }

    /// Keeps a permit taken until `end`: the state of the query at the agent is unknown, but it has ended by then.
    mutating func lose(until end: Instant) {
        taken -= 1
        lost.append(end)
    }
}
