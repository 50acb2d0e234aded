// SPDX-License-Identifier: Apache-2.0

/// What is kept of one request: what is believed, until when it is given without asking, and when to ask again.
///
/// A pure value: reads, answers and the time in; what to give and whether to ask out. Whoever executes it asks one
/// question at a time for each entry, and reports how it ended.
struct CacheEntry {
    typealias Instant = ContinuousClock.Instant

    /// What a lookup finds.
    enum Reading {
        /// An answer. Nothing is to be done.
        case hit(Resolution)
        /// An answer that is soon or already out of date: ask, but do not wait.
        case refresh(Resolution)
        /// No answer that may be given at once: ask, and wait.
        case ask
        /// The same, but a question is under way already.
        case join
    }

    private let rules: Rules
    private var hold: EndpointHold

    /// What is believed, and when that was found out.
    private var believed: Resolution?
    private var storedAt: Instant
    /// Until when it is given without asking. Of a failure: until when nobody is asked.
    private var freshUntil: Instant
    /// From when on a lookup has it asked for anew.
    private var refreshAt: Instant
    private var failures = 0

    /// Whether a question is under way.
    private(set) var isAsking = false
    /// Whether it has taken longer than whoever has something old waits for.
    private var isSlow = false
    /// How many are told of every change by Consul itself.
    private var currentness = 0

    /// What has happened here.
    private(set) var tally = CacheTally()

    init(rules: Rules, at now: Instant) {
        self.rules = rules
        hold = EndpointHold(rules.hold, staleLimit: rules.staleLimit, at: now)
        (storedAt, freshUntil, refreshAt) = (now, now, now)
    }

    // MARK: Lookups

    /// What a lookup finds now. After ``Reading/refresh(_:)`` and ``Reading/ask``, a question is under way.
    mutating func read(at now: Instant) -> Reading {
        guard let known = known(at: now) else { return askOrJoin() }
        if currentness > 0 || now < freshUntil {
            tally.count(known)
            guard currentness == 0, now >= refreshAt, !isAsking else { return .hit(known) }
            isAsking = true
            tally.refreshes += 1
            return .refresh(known)
        }
        // When Consul did not answer the last time, or has let others wait too long, nobody waits for it.
        guard failures > 0 || isSlow, case .endpoints = known.outcome, known.isStale else { return askOrJoin() }
        tally.count(known)
        if isAsking { return .hit(known) }
        isAsking = true
        return .refresh(known)
    }

    /// As ``read(at:)`` for who wants an answer that was found out less than this ago.
    mutating func readAnew(ifOlderThan age: Duration, at now: Instant) -> Reading {
        guard let known = known(at: now), storedAt.duration(to: now) < age else { return askOrJoin() }
        return .hit(known)
    }

    private mutating func askOrJoin() -> Reading {
        guard !isAsking else {
            tally.coalesced += 1
            return .join
        }
        isAsking = true
        tally.misses += 1
        return .ask
    }

    /// What is believed, as it looks now; `nil` when it is too old to be given at all.
    func known(at now: Instant) -> Resolution? {
        guard var known = believed else { return nil }
        let passed = max(storedAt.duration(to: now), .zero)
        known.age += passed
        known.timeToLive = max(now.duration(to: freshUntil), .zero)
        known.elapsed = .zero
        known.source = .cache
        guard currentness == 0, now >= freshUntil || known.isStale else { return known }
        // Beyond its TTL only what can still be connected to is of use, and not for ever.
        guard case .endpoints = known.outcome, known.age <= rules.staleLimit else {
            return now < freshUntil ? known : nil
        }
        known.isStale = true
        return known
    }

    /// What is believed, as it was found out.
    var snapshot: Resolution? { believed }

    // MARK: Questions

    /// The question under way takes longer than the client response timer.
    mutating func isTakingLong() {
        if isAsking { isSlow = true }
    }

    /// The question under way has ended without an answer of any kind: it could not be asked.
    mutating func abandon() {
        (isAsking, isSlow) = (false, false)
    }

    /// Whether an answer would take away endpoints at once.
    func wouldEmpty(_ answer: Resolution) -> Bool { hold.wouldEmpty(answer) }

    /// Whether there are endpoints that no answer has taken away.
    var isHolding: Bool { hold.isHolding }

    /// Takes in what came of the question under way.
    ///
    /// - Parameter chance: A random number in 0..<1.
    /// - Returns: What is believed now.
    mutating func answered(_ answer: Resolution, at now: Instant, chance: Double) -> Resolution {
        (isAsking, isSlow) = (false, false)
        return take(answer, at: now, chance: chance)
    }

    /// Takes in what Consul has told without being asked.
    mutating func take(_ answer: Resolution, at now: Instant, chance: Double) -> Resolution {
        let lag = believed == nil ? .zero : freshUntil.duration(to: now)
        if failures == 0 { tally.refreshLag = max(tally.refreshLag, lag) }
        let result = hold.take(answer, at: now)
        if case .empty = answer.outcome, case .endpoints = result.outcome { tally.held += 1 }
        (believed, storedAt) = (result, now)
        if result.isFailure {
            failures = min(failures + 1, 16)
            freshUntil = now + rules.pause(afterFailures: failures, chance: chance)
            refreshAt = freshUntil
        } else {
            failures = 0
            let lifetime = rules.lifetime(of: result)
            freshUntil = now + lifetime
            refreshAt = now + lifetime * (0.8 + 0.1 * chance)
        }
        return result
    }

    /// Takes in what was known before there was anybody to ask. It is given only instead of a failure.
    mutating func recall(_ resolution: Resolution, at now: Instant) {
        guard believed == nil else { return }
        hold.recall(resolution, at: now)
        (believed, storedAt, freshUntil, refreshAt) = (resolution, now, now, now)
    }

    // MARK: Watches

    /// From now on somebody is told of every change.
    mutating func beginBeingCurrent() { currentness += 1 }

    /// One less is.
    mutating func endBeingCurrent() { currentness -= 1 }

    // MARK: Eviction

    /// Whether only a failure of Consul's could make anybody want it.
    func isExpired(at now: Instant) -> Bool { !isAsking && currentness == 0 && now >= freshUntil }
}

extension Resolution {
    /// Whether what is believed is not what was asked for: an earlier answer, or none.
    fileprivate var isFailure: Bool {
        if case .unknown = outcome { true } else { isStale }
    }
}
