// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
package import ResolutionModel
package import ResolverSupport
import Synchronization

/// A cache entry, and the callers that wait for an answer to its request.
///
/// `@unchecked`: the state is only accessed with the shard's lock held, either here or by the shard itself, which calls
/// the members named `locked…`.
package final class CacheSlot: @unchecked Sendable {
    /// The result of a wait.
    package enum Answer: Sendable {
        /// The accepted resolution.
        case resolution(Resolution)
        /// An earlier answer, because Consul is slow.
        case stale(Resolution)
        /// An error: the query could not be sent.
        case error(any Error)
        /// No answer: the timeout has passed, or the task was canceled.
        case none
    }

    /// The result of a lookup. The resolution is passed by reference instead: a hit copies it, and should copy it once.
    enum Reading {
        case hit
        /// The caller has to start a fetch, but need not wait.
        case refresh
        /// A place among the waiters. The caller has to start the fetch if `asks` is true.
        case wait(WaiterList<Answer>.Place, asks: Bool)
    }

    package let key: CacheKey
    package var request: ServiceRequest { key.request }

    private let shard: CacheShard
    private let context: CacheContext
    private var time: TimeSource { context.time }

    private var lockedEntry: CacheEntryStateMachine
    /// The number of changes of the entry. Written with the lock held, read without it: a reader of an old version
    /// behaves as if it had run just before the change.
    private let version = Atomic<Int>(0)
    private var lockedWaiters = WaiterList<Answer>()
    /// The number of handles that keep the entry from eviction.
    private var lockedHandles = 0
    /// True if there was a lookup since eviction last passed.
    private var lockedIsUsed = true
    /// True if the shard has evicted the entry. Its holders may go on using it.
    private var lockedIsGone = false
    /// The number of fetches so far, and the time by which the one under way will have ended.
    private var lockedFetchNumber = 0
    private var lockedFetchEnd: Moment?

    init(_ key: CacheKey, in shard: CacheShard, context: CacheContext, recalling old: Resolution? = nil) {
        self.key = key
        self.shard = shard
        self.context = context
        let now = context.time.now()
        lockedEntry = CacheEntryStateMachine(rules: context.rules, at: now)
        if let old { lockedEntry.recall(old, at: now) }
    }

    // MARK: Reading

    /// Returns the result of a lookup.
    ///
    /// - Parameter isPatient: True to wait for the fetch even after the client response timer.
    func lockedRead(isPatient: Bool = false, at now: Moment, into known: inout Resolution) -> Reading {
        lockedIsUsed = true
        return lockedReading(of: lockedEntry.read(at: now), isPatient: isPatient, at: now, into: &known)
    }

    /// Copies the resolution if the lookup need not wait.
    ///
    /// - Returns: True if a fetch is to be started; `nil` if the lookup has to wait.
    func lockedReadAtOnce(at now: Moment, into known: inout Resolution) -> Bool? {
        guard let reading = lockedEntry.readAtOnce(at: now) else { return nil }
        lockedIsUsed = true
        lockedEntry.copy(at: now, into: &known)
        if case .refresh = reading { return true } else { return false }
    }

    /// Returns a resolution that was stored less than `age` ago, or a place to wait for one.
    func readAnew(ifOlderThan age: Duration, into known: inout Resolution) -> Reading {
        shard.lock.withLock {
            // Read with the lock held: an answer may arrive while the thread waits for the lock.
            let now = time.now()
            let reading = lockedEntry.readAnew(ifOlderThan: age, at: now)
            return lockedReading(of: reading, isPatient: true, at: now, into: &known)
        }
    }

    private func lockedReading(
        of reading: CacheEntryStateMachine.Reading,
        isPatient: Bool,
        at now: Moment,
        into known: inout Resolution
    ) -> Reading {
        switch reading {
        case .hit:
            lockedEntry.copy(at: now, into: &known)
            return .hit
        case .refresh:
            lockedEntry.copy(at: now, into: &known)
            return .refresh
        case .ask:
            return .wait(lockedWaiters.enter(isPatient: isPatient), asks: true)
        case .join:
            return .wait(lockedWaiters.enter(isPatient: isPatient), asks: false)
        }
    }

    /// The last accepted endpoints, with their age; `nil` if there are no such endpoints.
    package var lastGood: Resolution? {
        let now = time.now()
        return shard.lock.withLock { lockedEntry.lastGood(at: now) }
    }

    /// Returns endpoints of an earlier answer that may still be used.
    package func stale() -> Resolution? { shard.lock.withLock { lockedStale() } }

    private func lockedStale() -> Resolution? {
        guard var known = lockedEntry.known(at: time.now()), case .endpoints = known.outcome else { return nil }
        known.isStale = true
        return known
    }

    /// Returns a copy of the answer, and whether the copy may be kept; `nil` before the first answer. Only a request that
    /// is a name without further conditions is found by name.
    func cachedAnswer() -> (answer: CacheEntryStateMachine.CachedAnswer, mayBeKept: Bool)? {
        shard.lock.withLock {
            lockedEntry.cachedAnswer(version: version.load(ordering: .relaxed), isForLookups: key.isPlain)
                .map { ($0, !lockedIsGone) }
        }
    }

    /// True if a copy of that version is still up to date.
    func isUnchanged(since version: Int) -> Bool {
        self.version.load(ordering: .relaxed) == version
    }

    /// Counts lookups that were answered from a per-thread copy.
    func addHits(_ count: Int) {
        guard count > 0 else { return }
        shard.lock.withLock {
            lockedIsUsed = true
            lockedEntry.addHits(count)
        }
    }

    private func lockedHasChanged() { version.wrappingAdd(1, ordering: .relaxed) }

    // MARK: Waiting

    /// Waits until there is an answer, or until the task is canceled.
    package func wait(at place: WaiterList<Answer>.Place) async -> Answer {
        await WaiterList.value { continuation in
            shard.lock.withLock { lockedWaiters.wait(continuation, at: place) }
        } onCancel: {
            leave(place)
        }
    }

    /// Settles the place of one waiter without an answer.
    ///
    /// - Returns: The call that resumes the waiter.
    package func leave(_ place: WaiterList<Answer>.Place) -> WaiterList<Answer>.Call? {
        shard.lock.withLock { lockedWaiters.settle(place, with: .none) }
    }

    // MARK: Fetches

    /// True if an answer would remove all endpoints at once, or most of them.
    func wouldTakeMost(_ answer: Resolution) -> Bool {
        shard.lock.withLock { lockedEntry.wouldTakeMost(answer) }
    }

    /// True if there are endpoints that further partial answers would remove.
    package var isWaitingForParts: Bool {
        shard.lock.withLock { lockedEntry.isWaitingForParts }
    }

    /// True if there are endpoints that no answer has removed.
    package var isHolding: Bool {
        shard.lock.withLock { lockedEntry.isHolding }
    }

    /// Records the start of a fetch.
    ///
    /// - Parameter end: The time by which it will have ended, whatever its result.
    /// - Returns: The fetch's number.
    func beginFetch(endingAt end: Moment) -> Int {
        shard.lock.withLock {
            lockedFetchNumber += 1
            lockedFetchEnd = end
            return lockedFetchNumber
        }
    }

    /// True if the fetch under way will have ended by then.
    func fetchEnds(by deadline: Moment) -> Bool {
        shard.lock.withLock { lockedFetchEnd.map { $0 <= deadline } ?? false }
    }

    /// Handles the client response timer of a fetch: callers that accept a stale answer receive it now.
    func isTakingLong(_ question: Int) {
        let calls: [WaiterList<Answer>.Call] = shard.lock.withLock {
            guard question == lockedFetchNumber, lockedEntry.isFetching, let stale = lockedStale() else { return [] }
            lockedEntry.isTakingLong()
            return lockedWaiters.settleImpatient(with: .stale(stale))
        }
        for call in calls { call.resume() }
    }

    /// Applies the result of the fetch, and resumes all waiters.
    package func finish(with result: Result<Resolution, any Error>) {
        let (now, chance) = (time.now(), context.chance())
        let (calls, news) = shard.lock.withLock {
            lockedFetchEnd = nil
            switch result {
            case .success(let answer):
                let accepted = lockedEntry.answered(answer, at: now, chance: chance)
                lockedHasChanged()
                return (lockedWaiters.settleAll(with: .resolution(accepted)), lockedEntry.takeTally())
            case .failure(let error):
                lockedEntry.abandon()
                return (lockedWaiters.settleAll(with: .error(error)), lockedEntry.takeTally())
            }
        }
        context.counters.add(news)
        for call in calls { call.resume() }
    }

    /// Applies a result that a watch delivered.
    ///
    /// - Returns: The accepted resolution.
    package func apply(_ answer: Resolution) -> Resolution {
        let (now, chance) = (time.now(), context.chance())
        let (accepted, news) = shard.lock.withLock {
            lockedHasChanged()
            return (lockedEntry.apply(answer, at: now, chance: chance), lockedEntry.takeTally())
        }
        context.counters.add(news)
        return accepted
    }

    /// Records that Consul has confirmed the last result of a watch.
    ///
    /// - Returns: True if there are endpoints, which are younger now.
    package func confirm() -> Bool {
        let now = time.now()
        return shard.lock.withLock {
            lockedHasChanged()
            return lockedEntry.confirm(at: now)
        }
    }

    // MARK: Currentness and eviction

    package func beginWatch() {
        shard.lock.withLock {
            lockedHasChanged()
            lockedEntry.beginWatch()
        }
    }

    package func endWatch() {
        shard.lock.withLock {
            lockedHasChanged()
            lockedEntry.endWatch()
        }
    }

    func lockedPin() { lockedHandles += 1 }
    func unpin() { shard.lock.withLock { lockedHandles -= 1 } }

    /// The value of an entry to the cache, for eviction.
    enum Worth {
        case mustStay
        case used
        case unused
        case expired
    }

    /// Returns the entry's worth, and marks the entry as unused.
    func lockedAppraise(at now: Moment) -> Worth {
        defer { lockedIsUsed = false }
        if lockedHandles > 0 || lockedEntry.isFetching { return .mustStay }
        if lockedEntry.isExpired(at: now) { return .expired }
        return lockedIsUsed ? .used : .unused
    }

    /// Marks the entry as evicted, which invalidates its copies.
    func lockedLeave() {
        lockedIsGone = true
        lockedHasChanged()
    }

    /// Returns the counts, and resets them.
    func lockedTakeTally() -> CacheTally { lockedEntry.takeTally() }
}
