// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import Synchronization

/// What is kept of one request, and those who wait for an answer to it.
///
/// `@unchecked`: the state is only touched with the shard's lock held, either here or by the shard itself, which calls
/// what is named `locked`.
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
    private let context: CacheContext
    private var time: TimeSource { context.time }

    private var lockedEntry: CacheEntry
    /// How often the entry has changed. Written with the lock held, read without: whoever reads an old one has looked a
    /// moment too early, which is what he would have seen then.
    private let version = Atomic<Int>(0)
    private var lockedRoom = WaitingRoom<Answer>()
    /// How many want the entry to stay, whatever is looked up.
    private var lockedHandles = 0
    /// Whether anybody has looked it up since eviction last came by.
    private var lockedIsUsed = true
    /// Whether the shard has given it up. Whoever holds it still may go on with it.
    private var lockedIsGone = false
    /// How many questions there have been, and when the one under way will have ended.
    private var lockedQuestion = 0
    private var lockedQuestionEnd: Moment?

    init(_ key: CacheKey, in shard: CacheShard, context: CacheContext, recalling old: Resolution? = nil) {
        self.key = key
        self.shard = shard
        self.context = context
        let now = context.time.moment()
        lockedEntry = CacheEntry(rules: context.rules, at: now)
        if let old { lockedEntry.recall(old, at: now) }
    }

    // MARK: Reading

    /// What a lookup finds now.
    ///
    /// - Parameter isPatient: Whether to wait for the answer however long that takes.
    func lockedRead(isPatient: Bool = false, at now: Moment, into known: inout Resolution) -> Reading {
        lockedIsUsed = true
        return lockedReading(of: lockedEntry.read(at: now), isPatient: isPatient, at: now, into: &known)
    }

    /// The same for who wants an answer that is not older than this, and will wait for it.
    func readAnew(ifOlderThan age: Duration, into known: inout Resolution) -> Reading {
        shard.lock.withLock {
            // With the lock held: an answer may come while somebody waits for that.
            let now = time.moment()
            let reading = lockedEntry.readAnew(ifOlderThan: age, at: now)
            return lockedReading(of: reading, isPatient: true, at: now, into: &known)
        }
    }

    private func lockedReading(
        of reading: CacheEntry.Reading,
        isPatient: Bool,
        at now: Moment,
        into known: inout Resolution
    ) -> Reading {
        switch reading {
        case .hit:
            lockedEntry.give(at: now, into: &known)
            return .hit
        case .refresh:
            lockedEntry.give(at: now, into: &known)
            return .refresh
        case .ask:
            return .wait(lockedRoom.enter(isPatient: isPatient), asks: true)
        case .join:
            return .wait(lockedRoom.enter(isPatient: isPatient), asks: false)
        }
    }

    /// What is believed, without asking and as it was found out; `nil` if nothing is known.
    var current: Resolution? {
        shard.lock.withLock { lockedEntry.snapshot }
    }

    /// The endpoints that were believed in last, with their age; `nil` if there are none.
    var lastGood: Resolution? {
        let now = time.moment()
        return shard.lock.withLock { lockedEntry.lastGood(at: now) }
    }

    /// Endpoints from an earlier answer that may still be given.
    func stale() -> Resolution? { shard.lock.withLock { lockedStale() } }

    private func lockedStale() -> Resolution? {
        guard var known = lockedEntry.known(at: time.moment()), case .endpoints = known.outcome else { return nil }
        known.isStale = true
        return known
    }

    /// A copy to give for a while instead of looking here; `nil` if there is nothing to copy.
    func glance() -> CacheEntry.Glance? {
        shard.lock.withLock {
            lockedIsGone ? nil : lockedEntry.glance(version: version.load(ordering: .relaxed))
        }
    }

    /// Whether a copy is still one.
    func isUnchanged(since version: Int) -> Bool {
        self.version.load(ordering: .relaxed) == version
    }

    /// Counts lookups that were answered from a copy.
    func addHits(_ count: Int) {
        guard count > 0 else { return }
        shard.lock.withLock {
            lockedIsUsed = true
            lockedEntry.addHits(count)
        }
    }

    private func lockedHasChanged() { version.wrappingAdd(1, ordering: .relaxed) }

    // MARK: Waiting

    /// Waits at a place until there is an answer, or until the task is cancelled.
    func wait(at place: WaitingRoom<Answer>.Place) async -> Answer {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                shard.lock.withLock { lockedRoom.wait(continuation, at: place) }?.resume()
            }
        } onCancel: {
            leave(place)
        }
    }

    /// Lets one who waits go without an answer.
    func leave(_ place: WaitingRoom<Answer>.Place) {
        shard.lock.withLock { lockedRoom.settle(place, with: .none) }?.resume()
    }

    // MARK: Questions

    /// Whether an answer would take away all endpoints at once, or most of them.
    func wouldTakeMost(_ answer: Resolution) -> Bool {
        shard.lock.withLock { lockedEntry.wouldTakeMost(answer) }
    }

    /// Whether there are endpoints that further parts would take away.
    var isWaitingForParts: Bool {
        shard.lock.withLock { lockedEntry.isWaitingForParts }
    }

    /// Whether there are endpoints that no answer has taken away.
    var isHolding: Bool {
        shard.lock.withLock { lockedEntry.isHolding }
    }

    /// A question is under way.
    ///
    /// - Parameter end: When it will have ended, however it goes.
    /// - Returns: Its number.
    func beginQuestion(endingAt end: Moment) -> Int {
        shard.lock.withLock {
            lockedQuestion += 1
            lockedQuestionEnd = end
            return lockedQuestion
        }
    }

    /// Whether the question under way will have ended by then.
    func questionEnds(by deadline: Moment) -> Bool {
        shard.lock.withLock { lockedQuestionEnd.map { $0 <= deadline } ?? false }
    }

    /// A question has not been answered within the client response timer: who has something old to make do with, does.
    func isTakingLong(_ question: Int) {
        let calls: [WaitingRoom<Answer>.Call] = shard.lock.withLock {
            guard question == lockedQuestion, lockedEntry.isAsking, let stale = lockedStale() else { return [] }
            lockedEntry.isTakingLong()
            return lockedRoom.settleImpatient(with: .stale(stale))
        }
        for call in calls { call.resume() }
    }

    /// The question has ended.
    func finish(with result: Result<Resolution, any Error>) {
        let (now, chance) = (time.moment(), context.chance())
        let (calls, news) = shard.lock.withLock {
            lockedQuestionEnd = nil
            switch result {
            case .success(let answer):
                let believed = lockedEntry.answered(answer, at: now, chance: chance)
                lockedHasChanged()
                return (lockedRoom.settleAll(with: .resolution(believed)), lockedEntry.takeTally())
            case .failure(let error):
                lockedEntry.abandon()
                return (lockedRoom.settleAll(with: .error(error)), lockedEntry.takeTally())
            }
        }
        context.counters.add(news)
        for call in calls { call.resume() }
    }

    /// Takes in what Consul has told without being asked.
    ///
    /// - Returns: What is believed now.
    func take(_ answer: Resolution) -> Resolution {
        let (now, chance) = (time.moment(), context.chance())
        let (believed, news) = shard.lock.withLock {
            lockedHasChanged()
            return (lockedEntry.take(answer, at: now, chance: chance), lockedEntry.takeTally())
        }
        context.counters.add(news)
        return believed
    }

    /// Takes note that Consul has confirmed what it told a watch last.
    ///
    /// - Returns: Whether there are endpoints, which are younger now.
    func confirm() -> Bool {
        let now = time.moment()
        return shard.lock.withLock { lockedEntry.confirm(at: now) }
    }

    // MARK: Staying

    func beginBeingCurrent() {
        shard.lock.withLock {
            lockedHasChanged()
            lockedEntry.beginBeingCurrent()
        }
    }

    func endBeingCurrent() {
        shard.lock.withLock {
            lockedHasChanged()
            lockedEntry.endBeingCurrent()
        }
    }

    func lockedPin() { lockedHandles += 1 }
    func unpin() { shard.lock.withLock { lockedHandles -= 1 } }

    /// How much an entry is worth keeping.
    enum Worth {
        case mustStay
        case used
        case unused
        case expired
    }

    /// What the entry is worth; it counts as unused from then on.
    func lockedAppraise(at now: Moment) -> Worth {
        defer { lockedIsUsed = false }
        if lockedHandles > 0 || lockedEntry.isAsking { return .mustStay }
        if lockedEntry.isExpired(at: now) { return .expired }
        return lockedIsUsed ? .used : .unused
    }

    /// The shard gives it up. What was copied of it is not given any more.
    func lockedLeave() {
        lockedIsGone = true
        lockedHasChanged()
    }

    /// Hands over what has happened here since the last time.
    func lockedTakeTally() -> CacheTally { lockedEntry.takeTally() }
}
