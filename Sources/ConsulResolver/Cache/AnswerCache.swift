// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NIOConcurrencyHelpers
import Synchronization

/// The cache in front of every lookup: one entry for each request, with at most one fetch at a time.
///
/// A hit takes one lock, which is held only briefly. It does not suspend and needs no other thread. A fetch is a task
/// of its own with the resolver's own timeout, so canceling one caller does not affect the others.
final class AnswerCache: Sendable {
    /// The sources of answers.
    struct Inquiries: Sendable {
        /// Sends queries over the sources that the request needs. The last argument is true if an earlier answer could
        /// be used instead.
        let ask: @Sendable (ServiceRequest, Duration, Bool) async throws -> Resolution
        /// Queries the leader about an answer that would remove most endpoints; `nil` where HTTP is not used.
        let confirm: (@Sendable (ServiceRequest, Duration) async throws -> Resolution)?
    }

    private static let shardCount = 16

    let inquiries: Inquiries
    let context: CacheContext
    /// The time limit of a fetch.
    let timeout: Duration
    var time: TimeSource { context.time }
    var rules: CacheEntry.Rules { context.rules }
    private var counters: CacheCounters { context.counters }

    private let shards: [CacheShard]
    private let fronts: [HitFront]
    private let count = Atomic<Int>(0)
    let questions = TaskRegistry()
    let recollection: NIOLockedValueBox<Recollection>

    init(
        inquiries: Inquiries,
        configuration: ServiceResolver.Configuration,
        time: TimeSource = .continuous,
        recalling stored: [ServiceRequest: StoredAnswer] = [:],
        chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        counters: CacheCounters = CacheCounters()
    ) {
        recollection = NIOLockedValueBox(Recollection(stored: stored))
        self.inquiries = inquiries
        context = CacheContext(
            rules: CacheEntry.Rules(hold: configuration.hold, cache: configuration.cache ?? .init()),
            time: time,
            chance: chance,
            counters: counters
        )
        timeout = configuration.timeout
        shards = (0..<AnswerCache.shardCount).map { _ in CacheShard() }
        fronts = (0..<ThreadStripe.count).map { _ in HitFront() }
    }

    // MARK: Lookups

    /// Looks up a service by its name, without further conditions.
    ///
    /// - Parameter known: Receives the resolution if it is cached.
    /// - Returns: The wait for the answer; `nil` if it was cached.
    func look(plain name: String, into known: inout Resolution) -> Wait? {
        let hash = CacheKey.hash(ofPlain: name)
        let now = time.moment()
        let front = fronts[ThreadStripe.current]
        if front.give(plain: name, hash: hash, at: now, into: &known) { return nil }
        guard let found = shard(of: hash).read(plain: name, hash: hash, at: now, into: &known) else {
            return look(ServiceRequest(name), into: &known)
        }
        if case .hit = found.reading, let glance = found.service.glance() {
            front.keep(glance, of: found.service, hash: hash)
        }
        return wait(found.reading, found.service)
    }

    /// Looks up a request.
    ///
    /// - Parameters:
    ///   - isPatient: True to wait for the fetch even after the client response timer, when a stale answer could be
    ///     returned.
    ///   - known: Receives the resolution if it is cached.
    /// - Returns: The wait for the answer; `nil` if it was cached.
    func look(_ request: ServiceRequest, isPatient: Bool = false, into known: inout Resolution) -> Wait? {
        let now = time.moment()
        var reading = CachedService.Reading.hit
        let service = withService(for: request) {
            reading = $0.lockedRead(isPatient: isPatient, at: now, into: &known)
        }
        return wait(reading, service)
    }

    private func wait(_ reading: CachedService.Reading, _ service: CachedService) -> Wait? {
        switch reading {
        case .hit:
            return nil
        case .refresh:
            ask(service, timeout: timeout)
            return nil
        case .wait(let place, let asks):
            return Wait(service: service, place: place, asks: asks)
        }
    }

    /// A caller's registration as a waiter for a fetch.
    struct Wait {
        fileprivate let service: CachedService
        fileprivate let place: WaitingRoom<CachedService.Answer>.Place
        fileprivate let asks: Bool
    }

    /// Waits for an answer that was not cached.
    ///
    /// - Parameter timeout: The longest wait; by default the resolver's own timeout.
    /// - Throws: The errors of `Fallback.resolve`.
    func answer(_ wait: Wait, timeout: Duration?) async throws -> Resolution {
        let patience = timeout ?? self.timeout
        let deadline = time.moment() + patience
        let answer = await self.answer(wait, within: patience, until: deadline)
        guard !wait.asks, case .resolution(let resolution) = answer, case .unknown(let failure) = resolution.outcome,
            failure.isSilence,
            time.moment().duration(to: deadline) >= patience / 4
        else { return try await resolution(from: answer, for: wait) }
        // The fetch that this caller joined timed out, while the caller has at least a quarter of its own time left. It
        // tries once more.
        var known = Resolution.nothingYet
        guard let again = self.wait(wait.service.readAnew(ifOlderThan: .zero, into: &known), wait.service) else {
            return known
        }
        return try await self.resolution(from: await self.answer(again, within: .zero, until: deadline), for: again)
    }

    /// Returns the cached resolution if it is younger than `age`, or else the result of a fetch, which callers share.
    ///
    /// - Parameter timeout: The longest wait; by default the resolver's own timeout.
    /// - Throws: The errors of `Fallback.resolve`.
    func renewed(
        _ service: CachedService,
        ifOlderThan age: Duration,
        timeout: Duration? = nil
    ) async throws -> Resolution {
        var known = Resolution.nothingYet
        guard let wait = wait(service.readAnew(ifOlderThan: age, into: &known), service) else { return known }
        return try await answer(wait, timeout: timeout)
    }

    private func answer(
        _ wait: Wait,
        within patience: Duration,
        until deadline: Moment
    ) async -> CachedService.Answer {
        if wait.asks { ask(wait.service, timeout: max(patience, timeout)) }
        // Most callers may wait as long as the fetch may take, or longer: they need no timer, because the fetch ends
        // first.
        guard !wait.service.questionEnds(by: deadline) else { return await wait.service.wait(at: wait.place) }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { [time] in
                let patience = min(time.moment().duration(to: deadline), .seconds(365 * 86_400))
                try? await time.sleep(time.now() + patience)
                wait.service.leave(wait.place)
            }
            defer { group.cancelAll() }
            return await wait.service.wait(at: wait.place)
        }
    }

    private func resolution(from answer: CachedService.Answer, for wait: Wait) async throws -> Resolution {
        switch answer {
        case .resolution(let resolution), .stale(let resolution):
            return resolution
        case .error(let error):
            guard error is CancellationError, !Task.isCancelled else { throw error }
            // The resolver is being shut down: a query throws the error that says so.
            return try await inquiries.ask(wait.service.request, timeout, false)
        case .none:
            try Task.checkCancellation()
            if let stale = wait.service.stale() { return stale }
            let attempt = ResolutionFailure.Attempt(
                code: .timedOut,
                message: "no answer arrived before the timeout"
            )
            return .unknown(ResolutionFailure(attempts: [attempt]), source: .cache)
        }
    }

    // MARK: Entries

    /// The number of entries.
    var size: Int { count.load(ordering: .relaxed) }

    /// True if no fetch is under way.
    var isIdle: Bool { questions.isEmpty }

    /// Returns a handle that keeps the entry of a request from eviction for as long as the handle exists.
    func handle(for request: ServiceRequest) -> ServiceHandle {
        ServiceHandle(pinned: withService(for: request) { $0.lockedPin() })
    }

    /// Returns the entry of a request, and creates it if it is missing.
    func service(for request: ServiceRequest) -> CachedService {
        withService(for: request) { _ in }
    }

    /// - Parameter body: Receives the entry, with the shard's lock held.
    private func withService(for request: ServiceRequest, _ body: (CachedService) -> Void) -> CachedService {
        let key = CacheKey(request)
        let shard = shard(of: key.hash)
        let make = {
            CachedService(key, in: shard, context: self.context, recalling: self.recalled(request))
        }
        let (service, isNew) = shard.withService(for: key, orInsert: make, body)
        guard isNew else { return service }
        if count.wrappingAdd(1, ordering: .relaxed).newValue > rules.cache.capacity { makeRoom(for: service) }
        counters.report(size: size)
        return service
    }

    func forEachService(_ body: (CachedService) -> Void) {
        for shard in shards {
            for service in shard.all { body(service) }
        }
    }

    private func shard(of hash: Int) -> CacheShard { shards[hash & (AnswerCache.shardCount - 1)] }

    /// Evicts an entry of the newcomer's shard or, if that has no other to evict, of the next shard that has one.
    /// Evicts a second one if the cache is still over its capacity, so that an excess from a time when every entry had
    /// to stay does not last.
    private func makeRoom(for newcomer: CachedService) {
        // Hits that were answered from per-thread copies count as use.
        for front in fronts { front.settle() }
        let now = time.moment()
        var evicted = 0
        for offset in 0..<AnswerCache.shardCount {
            guard let tally = shard(of: newcomer.key.hash &+ offset).evict(except: newcomer, at: now) else { continue }
            counters.countEviction()
            counters.add(tally)
            evicted += 1
            let size = count.wrappingSubtract(1, ordering: .relaxed).newValue
            if evicted == 2 || size <= rules.cache.capacity { return }
        }
    }

    /// The counts so far. Reading this also brings the metrics up to date.
    var tally: CacheTally {
        for front in fronts { front.settle() }
        for shard in shards { counters.add(shard.takeTally()) }
        return counters.tally
    }

    /// Size, capacity and counts of the cache.
    var diagnostics: ServiceResolver.Diagnostics.Cache {
        ServiceResolver.Diagnostics.Cache(
            size: size,
            capacity: rules.cache.capacity,
            tally: tally,
            evictions: counters.evictions
        )
    }

    // MARK: Shutdown

    /// Cancels all fetches, refuses new ones, and returns when all have ended.
    func waitForQuestions() async {
        await questions.shutdown()
    }

    /// Breaks the reference cycle between the shards and their entries.
    deinit { removeAll() }

    /// Removes all entries.
    func removeAll() {
        for front in fronts { front.removeAll() }
        for shard in shards {
            counters.add(shard.takeTally())
            count.wrappingSubtract(shard.removeAll(), ordering: .relaxed)
        }
        counters.report(size: size)
    }
}

extension Resolution {
    /// A placeholder for a resolution that is about to be assigned.
    static let nothingYet = Resolution(.empty(nil), source: .cache, isComplete: false)
}
