// SPDX-License-Identifier: Apache-2.0

/// Decides which place is asked about a service: the request's own, number 0, or one of its alternatives.
///
/// A pure value: what places had to say and the time in, whom to ask out. The most preferred place that has endpoints is
/// used. One that is lost loses its callers at once, to whichever place has endpoints; one that comes back gets them back
/// only after a wait, in which it was found good whenever it was asked. The wait doubles with every time that this was
/// not enough, so that a place that comes and goes moves nobody to and fro.
///
/// Nothing happens by itself: who is not asked for is not asked, and traffic is given back by an answer.
struct FailoverState: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What a place had to say.
    enum Standing: Hashable, Sendable {
        /// It has endpoints, and somebody who knows has said so.
        case good
        /// It had endpoints, and nobody says now whether it still has. If that lasts, it is out.
        case stale
        /// It has none, or nobody could say.
        case out
    }

    /// The least time between two questions to a place that is asked beside the one in use.
    static let recheck = Duration.seconds(1)

    /// The place in use; `nil` as long as none has been good.
    private(set) var current: Int?

    private var places: [FailoverPlace]

    /// - Parameters:
    ///   - places: How many there are; at least one.
    ///   - failback: The wait before traffic is given back to a place.
    init(places: Int, failback: Duration) {
        self.places = Array(repeating: FailoverPlace(failback: max(failback, .zero)), count: places)
    }

    // MARK: Whom to ask

    /// Whom somebody asks next who needs an answer: the place in use, then the others by preference, and those last that
    /// were out a moment ago.
    ///
    /// - Parameters:
    ///   - asked: Whom they have asked already.
    ///   - isContent: Whether they have something that they can live with. It is not worth waiting for places that
    ///     were out a moment ago then; those are asked beside (``due(at:)``).
    /// - Returns: `nil` when there is nobody left.
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

    /// Whom to ask now without anybody waiting for it: those that are preferred to the place in use, or all when there is
    /// none. Each at most once a second, however often this is called.
    mutating func due(at now: Instant) -> [Int] {
        let end = current.flatMap { places[$0].isUsable(at: now) ? $0 : nil } ?? places.endIndex
        let due = places.indices.prefix(end).filter { place in
            places[place].askedAt.map { $0 + FailoverState.recheck <= now } ?? true
        }
        for place in due { places[place].askedAt = now }
        return Array(due)
    }

    // MARK: What they say

    /// A place has answered, or has not.
    ///
    /// - Parameters:
    ///   - askedAt: When it was asked. Silence takes longer than an answer: what was asked before the last thing that was
    ///     heard is old news.
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
