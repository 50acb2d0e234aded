// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Selects the failover target of a request: its own, number 0, or one of its alternatives.
///
/// A pure value: results of queries and the time go in, the target to query comes out. The most preferred target that
/// has endpoints is used. When that one is lost, its traffic moves at once to the best target that has endpoints. When
/// it comes back, traffic returns only after a wait in which every query has found it good. The wait doubles each time
/// that it was too short, so that a flapping target does not move traffic back and forth.
///
/// There is no timer: queries are sent only while the request is being resolved, and failback follows an answer.
struct FailoverStateMachine: Sendable {
    typealias Instant = Moment

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

    private var targets: [FailoverTarget]

    /// - Parameters:
    ///   - places: The number of targets; at least one.
    ///   - failback: The wait before traffic returns to a target.
    init(targets: Int, failback: Duration) {
        self.targets = Array(repeating: FailoverTarget(failback: max(failback, .zero)), count: targets)
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
        if isContent, let current, asked.contains(current), targets[current].isUsable(at: now) { return nil }
        let candidates = targets.indices.filter { target in
            !asked.contains(target) && !(isContent && targets[target].isOut(at: now))
        }
        guard let next = candidates.min(by: { (rank($0, at: now), $0) < (rank($1, at: now), $1) }) else { return nil }
        targets[next].askedAt = now
        return next
    }

    private func rank(_ target: Int, at now: Instant) -> Int {
        if target == current, targets[target].isUsable(at: now) { return 0 }
        return targets[target].isOut(at: now) ? 2 : 1
    }

    /// Returns the targets to query in the background: those that are preferred to the one in use, or all if no target
    /// is in use. Each at most once a second, however often this is called.
    mutating func due(at now: Instant) -> [Int] {
        let end = current.flatMap { targets[$0].isUsable(at: now) ? $0 : nil } ?? targets.endIndex
        let due = targets.indices.prefix(end).filter { target in
            targets[target].askedAt.map { $0 + FailoverStateMachine.recheck <= now } ?? true
        }
        for target in due { targets[target].askedAt = now }
        return Array(due)
    }

    // MARK: Results

    /// Records the result of a query to a target.
    ///
    /// - Parameters:
    ///   - askedAt: The time at which the query was sent. A timeout takes longer than an answer: a result is out of
    ///     date when a later query has had one.
    mutating func heard(_ standing: Standing, from target: Int, askedAt: Instant, at now: Instant) {
        guard targets[target].hear(standing, askedAt: askedAt, at: now), standing == .good else { return }
        if let current, targets[current].isUsable(at: now) {
            guard target < current, targets[target].hasWaited(at: now) else { return }
        }
        use(target, at: now)
    }

    private mutating func use(_ target: Int, at now: Instant) {
        if let current, !targets[current].isUsable(at: now) { targets[current].wasLost() }
        targets[target].isUsed(from: now)
        current = target
    }
}
