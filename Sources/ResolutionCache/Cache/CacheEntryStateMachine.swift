// SPDX-License-Identifier: Apache-2.0

package import ResolutionModel
package import ResolverSupport

/// State of one cache entry: the accepted resolution, the time until which it is returned without a fetch, and the time
/// of the next fetch.
///
/// A pure value: reads, answers and the time go in; the resolution to return and the decision to fetch come out. Its
/// owner runs one fetch at a time for each entry, and reports how it ended.
package struct CacheEntryStateMachine {
    package typealias Instant = Moment

    /// The result of a lookup. ``copy(at:into:)`` copies the resolution separately: it is large, and a hit has no time
    /// to pass it from function to function.
    enum Reading {
        /// A resolution. No action is needed.
        case hit
        /// A resolution that is out of date, or soon will be: start a fetch, but do not wait for it.
        case refresh
        /// No resolution that may be returned at once: start a fetch, and wait for it.
        case ask
        /// As ``ask``, but a fetch is already under way: wait for it.
        case join
    }

    private let rules: Rules
    private var hold: LastKnownGoodPolicy

    /// The accepted resolution, as lookups receive it, and the time when it was stored.
    package private(set) var accepted: Resolution?
    private(set) var storedAt: Instant
    /// True if the accepted resolution has endpoints.
    private(set) var hasEndpoints = false
    /// The end of the time in which lookups receive the resolution without a fetch. After a failure, the end of the
    /// backoff.
    private(set) var freshUntil: Instant
    /// The time from which a lookup starts a fetch ahead of the end of the TTL.
    private(set) var refreshAt: Instant
    package private(set) var failures = 0

    /// True while a fetch is under way.
    private(set) var isFetching = false
    /// True if the fetch has exceeded the client response timer.
    private var isSlow = false
    /// The number of blocking queries that keep this entry current.
    private(set) var watchCount = 0

    /// Counts since the last ``takeTally()``.
    package private(set) var tally = CacheTally()

    init(rules: Rules, at now: Instant) {
        self.rules = rules
        hold = LastKnownGoodPolicy(rules.hold, staleLimit: rules.cache.staleLimit, at: now)
        (storedAt, freshUntil, refreshAt) = (now, now, now)
    }

    // MARK: Lookups

    /// Returns the result of a lookup. After ``Reading/refresh`` and ``Reading/ask``, a fetch is under way.
    mutating func read(at now: Instant) -> Reading { readAtOnce(at: now) ?? fetchOrJoin() }

    /// Returns the result of a lookup that need not wait; `nil`, and nothing has happened, if it has to.
    mutating func readAtOnce(at now: Instant) -> Reading? {
        guard accepted != nil else { return nil }
        if watchCount > 0 || now < freshUntil {
            count(at: now)
            guard watchCount == 0, now >= refreshAt, !isFetching else { return .hit }
            isFetching = true
            tally.refreshes += 1
            return .refresh
        }
        // After a failure, or once the client response timer has fired, lookups return the stale answer without
        // waiting.
        guard failures > 0 || isSlow, isOfUse(at: now) else { return nil }
        count(at: now)
        if isFetching || now < refreshAt { return .hit }
        isFetching = true
        return .refresh
    }

    /// As ``read(at:)``, but accepts only a resolution that was stored less than `age` ago.
    mutating func readAnew(ifOlderThan age: Duration, at now: Instant) -> Reading {
        guard known(at: now) != nil, storedAt.duration(to: now) < age else { return fetchOrJoin() }
        return .hit
    }

    private mutating func fetchOrJoin() -> Reading {
        guard !isFetching else {
            tally.coalesced += 1
            return .join
        }
        isFetching = true
        tally.misses += 1
        return .ask
    }

    /// Returns the accepted resolution with its age and TTL at this moment; `nil` when it is too old to be returned at
    /// all.
    package func known(at now: Instant) -> Resolution? {
        guard let accepted, !isOver(at: now) || isOfUse(at: now) else { return nil }
        var known = accepted
        touch(&known, at: now)
        return known
    }

    /// Copies the accepted resolution into `known`, updating age and TTL. For use after a reading that says that there
    /// is one.
    ///
    /// `mutating` although it changes nothing: for a nonmutating method, Swift copies the whole of a value that a class
    /// holds, and this method runs for every hit.
    package mutating func copy(at now: Instant, into known: inout Resolution) {
        guard accepted != nil else { return }
        known = accepted.unsafelyUnwrapped
        touch(&known, at: now)
    }

    /// Returns the last accepted endpoints, with their age; `nil` if there are no such endpoints.
    func lastGood(at now: Instant) -> Resolution? { hold.lastGood(at: now) }

    private func touch(_ known: inout Resolution, at now: Instant) {
        known.times.age = known.times.age + now.nanoseconds(since: storedAt)
        known.times.timeToLive = freshUntil.nanoseconds(since: now)
        if isOver(at: now) { known.isStale = true }
    }

    /// True if the accepted resolution says that there are no endpoints.
    private var isEmpty: Bool {
        if case .empty = accepted?.outcome { true } else { false }
    }

    private func isOver(at now: Instant) -> Bool { watchCount == 0 && now >= freshUntil }

    /// True if the resolution may be returned beyond its TTL: it has endpoints, and they are within the stale limit.
    private func isOfUse(at now: Instant) -> Bool {
        hasEndpoints && age(at: now) <= rules.cache.staleLimit
    }

    private func age(at now: Instant) -> Duration {
        (accepted?.age ?? .zero) + now.nanoseconds(since: storedAt).duration
    }

    private mutating func count(at now: Instant) {
        guard hasEndpoints else { return tally.negative += 1 }
        guard isOver(at: now) || accepted?.isStale == true else { return tally.hits += 1 }
        tally.stale += 1
        tally.staleAge = max(tally.staleAge, age(at: now))
    }

    // MARK: Fetches

    /// Records that the fetch under way has exceeded the client response timer.
    mutating func isTakingLong() {
        if isFetching { isSlow = true }
    }

    /// Records that the fetch under way has ended without a result: the query could not be sent.
    package mutating func abandon() {
        (isFetching, isSlow) = (false, false)
    }

    /// True if an answer would remove all endpoints at once, or most of them.
    func wouldTakeMost(_ answer: Resolution) -> Bool { hold.wouldTakeMost(answer) }

    /// True if there are endpoints that further partial answers would remove.
    package var isWaitingForParts: Bool { hold.isWaitingForParts }

    /// True if there are endpoints that no answer has removed.
    package var isHolding: Bool { hold.isHolding }

    /// Applies the result of the fetch under way.
    ///
    /// - Parameter chance: A random number in 0..<1.
    /// - Returns: The accepted resolution.
    package mutating func answered(_ answer: Resolution, at now: Instant, chance: Double) -> Resolution {
        (isFetching, isSlow) = (false, false)
        // A watch reports every change, so this result is older than the accepted resolution.
        if watchCount > 0, let known = known(at: now) { return known }
        if case .unknown = answer.outcome, let accepted, !accepted.isDoubtful, now < freshUntil {
            return goOn(with: accepted, at: now, chance: chance)
        }
        return apply(answer, at: now, chance: chance)
    }

    /// Keeps the accepted resolution after a refresh ahead of its expiry has failed. It is good until its TTL is over;
    /// after that, lookups do not wait for another failure.
    private mutating func goOn(with accepted: Resolution, at now: Instant, chance: Double) -> Resolution {
        failures = min(failures + 1, 16)
        refreshAt = now + rules.pause(afterFailures: failures, chance: chance)
        var known = accepted
        touch(&known, at: now)
        return known
    }

    /// Applies an answer, of a fetch or of a watch.
    ///
    /// - Returns: The accepted resolution.
    package mutating func apply(_ answer: Resolution, at now: Instant, chance: Double) -> Resolution {
        let lag = accepted == nil ? .zero : freshUntil.duration(to: now)
        if failures == 0 { tally.refreshLag = max(tally.refreshLag, lag) }
        var result = hold.apply(answer, at: now)
        if case .empty = answer.outcome, case .endpoints = result.outcome { tally.held += 1 }
        if result.isDoubtful {
            failures = min(failures + 1, 16)
            // The original TTL is over: the backoff takes its place.
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

    /// Returns how long an earlier answer may still be returned. Where the hold policy keeps it beyond the limit, only
    /// the next fetch ends that.
    private func timeLeft(of result: Resolution) -> Duration {
        let left = rules.cache.staleLimit - result.age
        guard case .endpoints = result.outcome, left >= .zero else { return .seconds(Int64.max) }
        return left
    }

    /// Applies an answer of an earlier process, before the first fetch. It is returned only instead of a failure.
    mutating func recall(_ resolution: Resolution, at now: Instant) {
        guard accepted == nil else { return }
        hold.recall(resolution, at: now)
        remember(resolution, at: now)
        (freshUntil, refreshAt) = (now, now)
    }

    private mutating func remember(_ resolution: Resolution, at now: Instant) {
        var resolution = resolution
        (resolution.source, resolution.elapsed) = (.cache, .zero)
        (accepted, storedAt) = (resolution, now)
        if case .endpoints = resolution.outcome { hasEndpoints = true } else { hasEndpoints = false }
    }

    // MARK: Watches

    /// Records that a blocking query now keeps this entry current.
    package mutating func beginWatch() { watchCount += 1 }

    /// Records that Consul has confirmed to a watch its last result. The age of the accepted resolution becomes zero,
    /// if that is the result that Consul has confirmed.
    ///
    /// - Returns: True if there are endpoints, which are younger now.
    package mutating func confirm(at now: Instant) -> Bool {
        guard watchCount > 0, accepted?.isDoubtful == false, !hold.isWaitingForParts else { return false }
        accepted?.age = .zero
        storedAt = max(storedAt, now)
        return hold.confirm(at: now)
    }

    /// Records that a blocking query stopped keeping this entry current.
    package mutating func endWatch() { watchCount -= 1 }

    /// Counts lookups that were answered from a per-thread copy.
    mutating func addHits(_ count: Int) { tally.hits += count }

    /// Returns the counts, and resets them.
    mutating func takeTally() -> CacheTally {
        defer { tally = CacheTally() }
        return tally
    }

    // MARK: Eviction

    /// True if only a failure of Consul could make a lookup return this resolution.
    func isExpired(at now: Instant) -> Bool { !isFetching && watchCount == 0 && now >= freshUntil }
}
