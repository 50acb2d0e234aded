// SPDX-License-Identifier: Apache-2.0

import TestSupport

@testable import ConsulResolver

/// Plays the places and their callers for a ``FailoverState``, on a clock of its own.
struct FailoverBench {
    /// The result of one caller's lookup.
    struct Lookup: Equatable {
        /// The place that had endpoints; `nil` if no place had.
        var found: Int?
        /// The places that were queried, in order.
        var asked: [Int]
    }

    var state: FailoverState
    /// The places that have endpoints now.
    var good: Set<Int> = []
    /// The places that have stale endpoints only.
    var stale: Set<Int> = []
    /// The time that has passed.
    private(set) var elapsed = Duration.zero
    /// The time since which a place has been good at every query.
    private(set) var goodSince: [Int: Duration] = [:]

    let start = ContinuousClock.now

    init(places: Int = 2, failback: Duration = .seconds(10), good: Set<Int> = []) {
        state = FailoverState(places: places, failback: failback)
        self.good = good
    }

    var now: ContinuousClock.Instant { start + elapsed }

    mutating func pass(_ duration: Duration) { elapsed += duration }

    /// Plays one caller.
    mutating func lookUp() -> Lookup {
        var lookup = Lookup(asked: [])
        while let place = state.next(after: Set(lookup.asked), isContent: lookup.found != nil, at: now) {
            lookup.asked.append(place)
            hear(place)
            if good.contains(place) {
                lookup.found = place
                break
            }
            if stale.contains(place) { lookup.found = min(place, lookup.found ?? place) }
        }
        return lookup
    }

    /// Plays the queries in the background.
    @discardableResult
    mutating func askBeside() -> [Int] {
        let due = state.due(at: now)
        for place in due { hear(place) }
        return due
    }

    /// Lets a second pass, with one lookup and one round of background queries.
    mutating func tick() -> Lookup {
        pass(.seconds(1))
        defer { askBeside() }
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

    private mutating func hear(_ place: Int) {
        let isGood = good.contains(place)
        goodSince[place] = isGood ? goodSince[place] ?? elapsed : nil
        let standing: FailoverState.Standing = isGood ? .good : stale.contains(place) ? .stale : .out
        state.heard(standing, from: place, askedAt: now, at: now)
    }
}
