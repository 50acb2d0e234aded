// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport

@testable import ConsulResolver
@testable import ResolutionFailover

/// Plays the places and their callers for a ``FailoverStateMachine``, on a clock of its own.
struct FailoverBench {
    /// The result of one caller's lookup.
    struct Lookup: Equatable {
        /// The place that had endpoints; `nil` if no place had.
        var found: Int?
        /// The places that were queried, in order.
        var asked: [Int]
    }

    var state: FailoverStateMachine
    /// The places that have endpoints now.
    var good: Set<Int> = []
    /// The places that have stale endpoints only.
    var stale: Set<Int> = []
    /// The time that has passed.
    private(set) var elapsed = Duration.zero
    /// The time since which a place has been good at every query.
    private(set) var goodSince: [Int: Duration] = [:]

    let start = Moment.now

    init(targets: Int = 2, failback: Duration = .seconds(10), good: Set<Int> = []) {
        state = FailoverStateMachine(targets: targets, failback: failback)
        self.good = good
    }

    var now: Moment { start + elapsed }

    mutating func pass(_ duration: Duration) { elapsed += duration }

    /// Plays one caller.
    mutating func lookUp() -> Lookup {
        var lookup = Lookup(asked: [])
        while let target = state.next(after: Set(lookup.asked), isContent: lookup.found != nil, at: now) {
            lookup.asked.append(target)
            hear(target)
            if good.contains(target) {
                lookup.found = target
                break
            }
            if stale.contains(target) { lookup.found = min(target, lookup.found ?? target) }
        }
        return lookup
    }

    /// Plays the queries in the background.
    @discardableResult
    mutating func queryInBackground() -> [Int] {
        let due = state.due(at: now)
        for target in due { hear(target) }
        return due
    }

    /// Lets a second pass, with one lookup and one round of background queries.
    mutating func tick() -> Lookup {
        pass(.seconds(1))
        defer { queryInBackground() }
        return lookUp()
    }

    /// Returns the number of seconds until lookups move to another place, with one lookup a second.
    mutating func secondsUntilMoved(atMost limit: Int = 1000) -> Int? {
        let before = state.current
        return (1...limit).first { _ in
            _ = tick()
            return state.current != before
        }
    }

    private mutating func hear(_ target: Int) {
        let isGood = good.contains(target)
        goodSince[target] = isGood ? goodSince[target] ?? elapsed : nil
        let standing: FailoverStateMachine.Standing = isGood ? .good : stale.contains(target) ? .stale : .out
        state.heard(standing, from: target, askedAt: now, at: now)
    }
}
