// SPDX-License-Identifier: Apache-2.0

/// Selects the failover target of a request: its own, number 0, or one of its alternatives.
///
/// A pure value: results of queries and the time go in, the target to query comes out. The most preferred target that
/// has endpoints is used. When that one is lost, its traffic moves at once to the best target that has endpoints. When
/// it comes back, traffic returns only after a wait in which every query has found it good. The wait doubles each time
/// that it was too short, so that a flapping target does not move traffic back and forth.
///
/// There is no timer: queries are sent only while the request is being resolved, and failback follows an answer.
struct FailoverState: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// The result of a query to a target.
    enum Standing: Hashable, Sendable {
        /// It has endpoints, by a current answer.
        case good
        /// It had endpoints, and it is unknown whether it still has. If that lasts, it is out.
        case stale
        /// It has no endpoints, or could not be queried.
        case out
    }

    /// The least time between two background queries to a target.
    static let recheck = Duration.seconds(1)

    /// The target in use; `nil` as long as no target has been good.
    private(set) var current: Int?

    private var places: [FailoverPlace]

    /// - Parameters:
    ///   - places: The number of targets; at least one.
    ///   - failback: The wait before traffic returns to a target.
    init(places: Int, failback: Duration) {
        self.places = Array(repeating: FailoverPlace(failback: max(failback, .zero)), count: places)
    }

    // MARK: Selection

    /// Returns the target that a caller queries next: the one in use, then the others by preference, and last those
    /// that were out a moment ago.
    ///
    /// - Parameters:
    ///   - asked: The targets that the caller has queried already.
    ///   - isContent: True if the caller has endpoints, of whatever age. Targets that were out a moment ago are not
    ///     worth a wait then; ``due(at:)`` has them queried in the background.
    /// - Returns: `nil` when no target is left.
    mutating func next(after asked: Set<Int>, isContent: Bool = false, at now: Instant) -> Int? {
        if isContent, let current, asked.contains(current), places[current].isUsable(at: now) { return nil }
        let candidates = places.indices.filter { place in
            !asked.contains(place) && !(isContent && places[place].isOut(at: now))
        }
        guard let next = candidates.min(by: { (rank($0, at: now), $0) < (rank($1, at: now), $1) }) else { return nil }
        places[next].askedAt = now
        return next
    }

    private func rank(_ place: Int, at now: Instant) -> Int {
        if place == current, places[place].isUsable(at: now) { return 0 }
        return places[place].isOut(at: now) ? 2 : 1
    }

    /// Returns the targets to query in the background: those that are preferred to the one in use, or all if no target
    /// is in use. Each at most once a second, however often this is called.
    mutating func due(at now: Instant) -> [Int] {
        let end = current.flatMap { places[$0].isUsable(at: now) ? $0 : nil } ?? places.endIndex
        let due = places.indices.prefix(end).filter { place in
            places[place].askedAt.map { $0 + FailoverState.recheck <= now } ?? true
        }
        for place in due { places[place].askedAt = now }
        return Array(due)
    }

    // MARK: Results

    /// Records the result of a query to a target.
    ///
    /// - Parameters:
    ///   - askedAt: The time at which the query was sent. A timeout takes longer than an answer: a result is out of
    ///     date when a later query has had one.
    mutating func heard(_ standing: Standing, from place: Int, askedAt: Instant, at now: Instant) {
        guard places[place].hear(standing, askedAt: askedAt, at: now), standing == .good else { return }
        if let current, places[current].isUsable(at: now) {
            guard place < current, places[place].hasWaited(at: now) else { return }
        }
        use(place, at: now)
    }

    private mutating func use(_ place: Int, at now: Instant) {
        if let current, !places[current].isUsable(at: now) { places[current].wasLost() }
        places[place].isUsed(from: now)
        current = place
    }
}
