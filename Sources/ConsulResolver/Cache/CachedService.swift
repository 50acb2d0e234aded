// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import Synchronization

/// What is kept of one request, and those who wait for an answer to it.
///
/// `@unchecked`: the state is only touched with the shard's lock held, either here or by the shard itself, which calls
/// what is named `locked_`.
final class CachedService: @unchecked Sendable {
    /// How waiting ends.
    enum Answer: Sendable {
        /// With what is believed now.
        case resolution(Resolution)
        /// With an earlier answer, because Consul is slow.
        case stale(Resolution)
        /// Without one: the question could not be asked.
        case error(any Error)
        /// The time is up, or the task was cancelled.
        case none
    }

    /// What a lookup finds, beside what is known, which is handed out by reference: it is what a hit copies, and should
    /// copy once.
    enum Reading {
        case hit
        /// The one who reads this has to ask, but need not wait.
        case refresh
        /// A place to wait at, and whether the one who takes it has to ask.
        case wait(WaitingRoom<Answer>.Place, asks: Bool)
    }

    let key: CacheKey
    var request: ServiceRequest { key.request }

    private let shard: CacheShard
    private let time: TimeSource
    private let chance: @Sendable () -> Double
    private let counters: CacheCounters

    private var locked_entry: CacheEntry
    /// How often the entry has changed. Written with the lock held, read without: whoever reads an old one has looked a
    /// moment too early, which is what he would have seen then.
    private let version = Atomic<Int>(0)
    private var locked_room = WaitingRoom<Answer>()
    /// How many want the entry to stay, whatever is looked up.
    private var locked_handles = 0
    /// Whether anybody has looked it up since eviction last came by.
    private var locked_isUsed = true

    /// - Parameter chance: Gives random numbers in 0..<1.
    init(
        _ key: CacheKey,
        in shard: CacheShard,
        rules: CacheEntry.Rules,
        time: TimeSource,
        chance: @escaping @Sendable () -> Double,
        counters: CacheCounters
    ) {
        self.key = key
        self.shard = shard
        self.time = time
        self.chance = chance
        self.counters = counters
        locked_entry = CacheEntry(rules: rules, at: time.moment())
    }

    // MARK: Reading

    /// What a lookup finds now.
    func read(into known: inout Resolution) -> Reading {
        let now = time.moment()
        return shard.lock.withLock { locked_read(at: now, into: &known) }
    }

    func locked_read(at now: Moment, into known: inout Resolution) -> Reading {
        locked_isUsed = true
        return locked_reading(of: locked_entry.read(at: now), at: now, into: &known)
    }

    /// The same for who wants an answer that is not older than this.
    func readAnew(ifOlderThan age: Duration, into known: inout Resolution) -> Reading {
        let now = time.moment()
        return shard.lock.withLock {
            let reading = locked_entry.readAnew(ifOlderThan: age, at: now)
            return locked_reading(of: reading, at: now, into: &known)
        }
    }

    private func locked_reading(
        of reading: CacheEntry.Reading,
        at now: Moment,
        into known: inout Resolution
    ) -> Reading {
        switch reading {
        case .hit:
            locked_entry.give(at: now, into: &known)
            return .hit
        case .refresh:
            locked_entry.give(at: now, into: &known)
            return .refresh
        case .ask:
            return .wait(locked_room.enter(), asks: true)
        case .join:
            return .wait(locked_room.enter(), asks: false)
        }
    }

    /// What is believed, without asking and as it was found out; `nil` if nothing is known.
    var current: Resolution? {
        shard.lock.withLock { locked_entry.snapshot }
    }

    /// The endpoints that were believed in last, with their age; `nil` if there are none.
    var lastGood: Resolution? {
        let now = time.moment()
        return shard.lock.withLock { locked_entry.lastGood(at: now) }
    }

    /// Endpoints from an earlier answer that may still be given.
    func stale() -> Resolution? {
        let now = time.moment()
        guard var known = shard.lock.withLock({ locked_entry.known(at: now) }), case .endpoints = known.outcome
        else { return nil }
        known.isStale = true
        return known
    }

    /// A copy to give for a while instead of looking here; `nil` if there is nothing to copy.
    func glance() -> CacheEntry.Glance? {
        shard.lock.withLock { locked_entry.glance(version: version.load(ordering: .relaxed)) }
    }

    /// Whether a copy is still one.
    func isUnchanged(since version: Int) -> Bool {
        self.version.load(ordering: .relaxed) == version
    }

    /// Counts lookups that were answered from a copy.
    func addHits(_ count: Int) {
        guard count > 0 else { return }
        shard.lock.withLock {
            locked_isUsed = true
            locked_entry.addHits(count)
        }
    }

    private func locked_hasChanged() { version.wrappingAdd(1, ordering: .relaxed) }

    // MARK: Waiting

    /// Waits at a place until there is an answer, or until the task is cancelled.
    func wait(at place: WaitingRoom<Answer>.Place) async -> Answer {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                shard.lock.withLock { locked_room.wait(continuation, at: place) }?.resume()
            }
        } onCancel: {
            leave(place)
        }
    }

    /// Lets one who waits go without an answer.
    func leave(_ place: WaitingRoom<Answer>.Place) {
        shard.lock.withLock { locked_room.settle(place, with: .none) }?.resume()
    }

    // MARK: Questions

    /// Whether an answer would take away endpoints at once.
    func wouldEmpty(_ answer: Resolution) -> Bool {
        shard.lock.withLock { locked_entry.wouldEmpty(answer) }
    }

    /// Whether there are endpoints that no answer has taken away.
    var isHolding: Bool {
        shard.lock.withLock { locked_entry.isHolding }
    }

    /// The question has not been answered within the client response timer: who has something old to make do with, does.
    func isTakingLong() {
        guard let stale = stale() else { return }
        let calls = shard.lock.withLock {
            locked_entry.isTakingLong()
            return locked_room.settleAll(with: .stale(stale))
        }
        for call in calls { call.resume() }
    }

    /// The question has ended.
    func finish(with result: Result<Resolution, any Error>) {
        let (now, chance) = (time.moment(), chance())
        let (calls, news) = shard.lock.withLock {
            switch result {
            case .success(let answer):
                let believed = locked_entry.answered(answer, at: now, chance: chance)
                locked_hasChanged()
                return (locked_room.settleAll(with: .resolution(believed)), locked_entry.takeTally())
            case .failure(let error):
                locked_entry.abandon()
                return (locked_room.settleAll(with: .error(error)), locked_entry.takeTally())
            }
        }
        counters.add(news)
        for call in calls { call.resume() }
    }

    /// Takes in what Consul has told without being asked.
    ///
    /// - Returns: What is believed now.
    func take(_ answer: Resolution) -> Resolution {
        let (now, chance) = (time.moment(), chance())
        let (believed, news) = shard.lock.withLock {
            locked_hasChanged()
            return (locked_entry.take(answer, at: now, chance: chance), locked_entry.takeTally())
        }
        counters.add(news)
        return believed
    }

    /// Takes in what was known before there was anybody to ask.
    func recall(_ resolution: Resolution) {
        let now = time.moment()
        shard.lock.withLock { locked_entry.recall(resolution, at: now) }
    }

    // MARK: Staying

    func beginBeingCurrent() {
        shard.lock.withLock {
            locked_hasChanged()
            locked_entry.beginBeingCurrent()
        }
    }

    func endBeingCurrent() {
        shard.lock.withLock {
            locked_hasChanged()
            locked_entry.endBeingCurrent()
        }
    }

    func pin() { shard.lock.withLock { locked_handles += 1 } }
    func unpin() { shard.lock.withLock { locked_handles -= 1 } }

    /// How much an entry is worth keeping.
    enum Worth {
        case mustStay
        case used
        case unused
        case expired
    }

    /// What the entry is worth; it counts as unused from then on.
    func locked_appraise(at now: Moment) -> Worth {
        defer { locked_isUsed = false }
        if locked_handles > 0 || locked_entry.isAsking { return .mustStay }
        if locked_entry.isExpired(at: now) { return .expired }
        return locked_isUsed ? .used : .unused
    }

    /// Hands over what has happened here since the last time.
    func locked_takeTally() -> CacheTally { locked_entry.takeTally() }
}
