// SPDX-License-Identifier: Apache-2.0

/// What is kept of one request: what is believed, until when it is given without asking, and when to ask again.
///
/// A pure value: reads, answers and the time in; what to give and whether to ask out. Whoever executes it asks one
/// question at a time for each entry, and reports how it ended.
struct CacheEntry {
    typealias Instant = Moment

    /// What a lookup finds. What is given to it is ``give(at:into:)``: an answer is large, and a hit has no time to hand
    /// it from one to the next.
    enum Reading {
        /// An answer. Nothing is to be done.
        case hit
        /// An answer that is soon or already out of date: ask, but do not wait.
        case refresh
        /// No answer that may be given at once: ask, and wait.
        case ask
        /// The same, but a question is under way already.
        case join
    }

    private let rules: Rules
    private var hold: EndpointHold

    /// What is believed, as it will be given, and when that was found out.
    private(set) var believed: Resolution?
    private(set) var storedAt: Instant
    /// Whether there is something to connect to.
    private(set) var hasEndpoints = false
    /// Until when it is given without asking. Of a failure: until when nobody is asked.
    private(set) var freshUntil: Instant
    /// From when on a lookup has it asked for anew.
    private(set) var refreshAt: Instant
    private(set) var failures = 0

    /// Whether a question is under way.
    private(set) var isAsking = false
    /// Whether it has taken longer than whoever has something old waits for.
    private var isSlow = false
    /// How many are told of every change by Consul itself.
    private(set) var currentness = 0

    /// What has happened here since the tally was taken last.
    private(set) var tally = CacheTally()

    init(rules: Rules, at now: Instant) {
        self.rules = rules
        hold = EndpointHold(rules.hold, staleLimit: rules.cache.staleLimit, at: now)
        (storedAt, freshUntil, refreshAt) = (now, now, now)
    }

    // MARK: Lookups

    /// What a lookup finds now. After ``Reading/refresh`` and ``Reading/ask``, a question is under way.
    mutating func read(at now: Instant) -> Reading {
        guard believed != nil else { return askOrJoin() }
        if currentness > 0 || now < freshUntil {
            count(at: now)
            guard currentness == 0, now >= refreshAt, !isAsking else { return .hit }
            isAsking = true
            tally.refreshes += 1
            return .refresh
        }
        // When Consul did not answer the last time, or has let others wait too long, nobody waits for it.
        guard failures > 0 || isSlow, isOfUse(at: now) else { return askOrJoin() }
        count(at: now)
        if isAsking || now < refreshAt { return .hit }
        isAsking = true
        return .refresh
    }

    /// As ``read(at:)`` for who wants an answer that was found out less than this ago.
    mutating func readAnew(ifOlderThan age: Duration, at now: Instant) -> Reading {
        guard known(at: now) != nil, storedAt.duration(to: now) < age else { return askOrJoin() }
        return .hit
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
        guard let believed, !isOver(at: now) || isOfUse(at: now) else { return nil }
        var known = believed
        touch(&known, at: now)
        return known
    }

    /// Puts what is believed where it is wanted, after a reading that says that something is.
    ///
    /// `mutating` although it changes nothing: Swift copies the whole of a value that a class holds for a method that is
    /// not, and this is called for every hit.
    mutating func give(at now: Instant, into known: inout Resolution) {
        guard believed != nil else { return }
        known = believed.unsafelyUnwrapped
        touch(&known, at: now)
    }

    /// What is believed, as it was when it was found out.
    var snapshot: Resolution? { believed }

    /// The endpoints that were believed in last, with their age; `nil` if there are none.
    func lastGood(at now: Instant) -> Resolution? { hold.lastGood(at: now) }

    private func touch(_ known: inout Resolution, at now: Instant) {
        known.times.age = known.times.age + now.nanoseconds(since: storedAt)
        known.times.timeToLive = freshUntil.nanoseconds(since: now)
        if isOver(at: now) { known.isStale = true }
    }

    /// Whether it is believed that there are no endpoints.
    private var isEmpty: Bool {
        if case .empty = believed?.outcome { true } else { false }
    }

    private func isOver(at now: Instant) -> Bool { currentness == 0 && now >= freshUntil }

    /// Whether there is something that may be given beyond its TTL: only what can still be connected to, and not for ever.
    private func isOfUse(at now: Instant) -> Bool {
        hasEndpoints && age(at: now) <= rules.cache.staleLimit
    }

    private func age(at now: Instant) -> Duration {
        (believed?.age ?? .zero) + now.nanoseconds(since: storedAt).duration
    }

    private mutating func count(at now: Instant) {
        guard hasEndpoints else { return tally.negative += 1 }
        guard isOver(at: now) || believed?.isStale == true else { return tally.hits += 1 }
        tally.stale += 1
        tally.staleAge = max(tally.staleAge, age(at: now))
    }

    // MARK: Questions

    /// The question under way takes longer than the client response timer.
    mutating func isTakingLong() {
        if isAsking { isSlow = true }
    }

    /// The question under way has ended without an answer of any kind: it could not be asked.
    mutating func abandon() {
        (isAsking, isSlow) = (false, false)
    }

    /// Whether an answer would take away all endpoints at once, or most of them.
    func wouldTakeMost(_ answer: Resolution) -> Bool { hold.wouldTakeMost(answer) }

    /// Whether there are endpoints that further parts would take away.
    var isWaitingForParts: Bool { hold.isWaitingForParts }

    /// Whether there are endpoints that no answer has taken away.
    var isHolding: Bool { hold.isHolding }

    /// Takes in what came of the question under way.
    ///
    /// - Parameter chance: A random number in 0..<1.
    /// - Returns: What is believed now.
    mutating func answered(_ answer: Resolution, at now: Instant, chance: Double) -> Resolution {
        (isAsking, isSlow) = (false, false)
        // Somebody is told of every change, so this is older than what is known.
        if currentness > 0, let known = known(at: now) { return known }
        if case .unknown = answer.outcome, let believed, !believed.isDoubtful, now < freshUntil {
            return goOn(with: believed, at: now, chance: chance)
        }
        return take(answer, at: now, chance: chance)
    }

    /// A question ahead has failed. What is believed is good until its TTL is over; then nobody waits for another failure.
    private mutating func goOn(with believed: Resolution, at now: Instant, chance: Double) -> Resolution {
        failures = min(failures + 1, 16)
        refreshAt = now + rules.pause(afterFailures: failures, chance: chance)
        var known = believed
        touch(&known, at: now)
        return known
    }

    /// Takes in what Consul has told without being asked.
    mutating func take(_ answer: Resolution, at now: Instant, chance: Double) -> Resolution {
        let lag = believed == nil ? .zero : freshUntil.duration(to: now)
        if failures == 0 { tally.refreshLag = max(tally.refreshLag, lag) }
        var result = hold.take(answer, at: now)
        if case .empty = answer.outcome, case .endpoints = result.outcome { tally.held += 1 }
        if result.isDoubtful {
            failures = min(failures + 1, 16)
            // The TTL that it once had is over.
            result.timeToLive = min(rules.pause(afterFailures: failures, chance: chance), timeLeft(of: result))
            freshUntil = now + result.timeToLive
            refreshAt = freshUntil
        } else {
            failures = 0
            let lifetime = rules.lifetime(of: result, isRepeated: isEmpty)
            freshUntil = now + lifetime
            refreshAt = now + lifetime * (0.8 + 0.1 * chance)
        }
        remember(result, at: now)
        return result
    }

    /// How long an earlier answer may still be given. Where the policy gives it on beyond the limit, only the next
    /// question ends that.
    private func timeLeft(of result: Resolution) -> Duration {
        let left = rules.cache.staleLimit - result.age
        guard case .endpoints = result.outcome, left >= .zero else { return .seconds(Int64.max) }
        return left
    }

    /// Takes in what was known before there was anybody to ask. It is given only instead of a failure.
    mutating func recall(_ resolution: Resolution, at now: Instant) {
        guard believed == nil else { return }
        hold.recall(resolution, at: now)
        remember(resolution, at: now)
        (freshUntil, refreshAt) = (now, now)
    }

    private mutating func remember(_ resolution: Resolution, at now: Instant) {
        var resolution = resolution
        (resolution.source, resolution.elapsed) = (.cache, .zero)
        (believed, storedAt) = (resolution, now)
        if case .endpoints = resolution.outcome { hasEndpoints = true } else { hasEndpoints = false }
    }

    // MARK: Watches

    /// From now on somebody is told of every change.
    mutating func beginBeingCurrent() { currentness += 1 }

    /// Consul has confirmed to a watch what it said last: what is believed is as old as this, if it is what Consul said.
    ///
    /// - Returns: Whether there are endpoints, which are younger now.
    mutating func confirm(at now: Instant) -> Bool {
        guard currentness > 0, believed?.isDoubtful == false, !hold.isWaitingForParts else { return false }
        believed?.age = .zero
        storedAt = max(storedAt, now)
        return hold.confirm(at: now)
    }

    /// One less is.
    mutating func endBeingCurrent() { currentness -= 1 }

    /// Lookups that were answered from a copy.
    mutating func addHits(_ count: Int) { tally.hits += count }

    /// Hands over what has happened, and begins to count anew.
    mutating func takeTally() -> CacheTally {
        defer { tally = CacheTally() }
        return tally
    }

    // MARK: Eviction

    /// Whether only a failure of Consul's could make anybody want it.
    func isExpired(at now: Instant) -> Bool { !isAsking && currentness == 0 && now >= freshUntil }
}
