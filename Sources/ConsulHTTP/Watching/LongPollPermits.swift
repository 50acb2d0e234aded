// SPDX-License-Identifier: Apache-2.0

/// How many questions may wait at an agent at once.
///
/// An agent takes 200 connections from one address and resets the next ones, whoever needs them. A question that waits
/// holds one, and one whose connection is lost goes on holding it: the agent does not look at the connection until the
/// wait is over. So the permit of such a question stays taken for that long.
struct LongPollPermits: Sendable {
    typealias Instant = ContinuousClock.Instant

    private let limit: Int
    private var taken = 0
    private var lost: [Instant] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether there is a permit; then it is taken.
    mutating func take(at now: Instant) -> Bool {
        lost.removeAll { $0 <= now }
        guard taken + lost.count < limit else { return false }
        taken += 1
        return true
    }

    /// The agent has answered.
    mutating func giveBack() {
        taken -= 1
    }

    /// Nobody knows what the agent does with the question, but at this time it will be done.
    mutating func lose(until end: Instant) {
        taken -= 1
        lost.append(end)
    }
}
