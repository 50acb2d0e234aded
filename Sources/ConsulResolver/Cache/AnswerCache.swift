// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NIOConcurrencyHelpers
import Synchronization

/// Where every lookup looks first: what is known of each request, and one question at a time about it.
///
/// A hit is a matter of one lock that nobody holds for long: no suspension, no other thread. A question belongs to nobody
/// who waits for it: it is a task of its own, with the resolver's own timeout, so that whoever leaves harms nobody.
final class AnswerCache: Sendable {
    /// Where answers come from.
    struct Inquiries: Sendable {
        /// Asks Consul, whatever way. The last argument says whether there is something to do without an answer.
        let ask: @Sendable (ServiceRequest, Duration, Bool) async throws -> Resolution
        /// Asks the leader, about an answer that would take away most endpoints; `nil` where nobody can.
        let confirm: (@Sendable (ServiceRequest, Duration) async throws -> Resolution)?
    }

    private static let shardCount = 16

    let inquiries: Inquiries
    let context: CacheContext
    /// How long a question may take.
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

    /// Looks for the answer about a service by its name and nothing else.
    ///
    /// - Parameter known: Where to put the answer, if it is known.
    /// - Returns: What to wait for; `nil` if it is known.
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

    /// Looks for the answer to a request.
    ///
    /// - Parameters:
    ///   - isPatient: Whether an earlier answer will not do only because Consul is slow.
    ///   - known: Where to put the answer, if it is known.
    /// - Returns: What to wait for; `nil` if it is known.
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

    /// A place among those who wait for an answer.
    struct Wait {
        fileprivate let service: CachedService
        fileprivate let place: WaitingRoom<CachedService.Answer>.Place
        fileprivate let asks: Bool
    }

    /// Waits for the answer that was not known.
    ///
    /// - Parameter timeout: How long to wait at most; the resolver's own by default.
    /// - Throws: As `Fallback.resolve`.
    func answer(_ wait: Wait, timeout: Duration?) async throws -> Resolution {
        let patience = timeout ?? self.timeout
        let deadline = time.moment() + patience
        let answer = await self.answer(wait, within: patience, until: deadline)
        guard !wait.asks, case .resolution(let resolution) = answer, case .unknown(let failure) = resolution.outcome,
            failure.isSilence,
            time.moment().duration(to: deadline) >= patience / 4
        else { return try await resolution(from: answer, for: wait) }
        // Somebody else's question ran out of its time, not of ours.
        var known = Resolution.nothingYet
        guard let again = self.wait(wait.service.readAnew(ifOlderThan: .zero, into: &known), wait.service) else {
            return known
        }
        return try await self.resolution(from: await self.answer(again, within: .zero, until: deadline), for: again)
    }

    /// What is known, if that was found out lately, or else a new answer; together with whoever is asking.
    ///
    /// - Parameter timeout: How long to wait at most; the resolver's own by default.
    /// - Throws: As `Fallback.resolve`.
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
        // Most wait as long as a question may take, or longer: it ends by itself before they have to leave.
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
            // The resolver is being shut down: whoever is asked says so.
            return try await inquiries.ask(wait.service.request, timeout, false)
        case .none:
            try Task.checkCancellation()
            if let stale = wait.service.stale() { return stale }
            let attempt = ResolutionFailure.Attempt(
                code: .timedOut,
                message: "the time was up before there was an answer"
            )
            return .unknown(ResolutionFailure(attempts: [attempt]), source: .cache)
        }
    }

    // MARK: Entries

    /// How many requests something is kept of.
    var size: Int { count.load(ordering: .relaxed) }

    /// Whether no question is under way.
    var isIdle: Bool { questions.isEmpty }

    /// What is kept of a request, for as long as somebody holds the handle.
    func handle(for request: ServiceRequest) -> ServiceHandle {
        ServiceHandle(pinned: withService(for: request) { $0.lockedPin() })
    }

    /// What is kept of a request, from now on.
    func service(for request: ServiceRequest) -> CachedService {
        withService(for: request) { _ in }
    }

    /// - Parameter body: What to do with the entry, with the shard's lock held.
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

    /// Gives up an entry of the newcomer's shard or, if that holds nothing else, of another one; and a second one where
    /// there are still too many, so that what could not be given up in a moment of need does not stay for ever.
    private func makeRoom(for newcomer: CachedService) {
        // What copies have been given counts as use.
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

    /// What has happened so far. The metrics know as much after this.
    var tally: CacheTally {
        for front in fronts { front.settle() }
        for shard in shards { counters.add(shard.takeTally()) }
        return counters.tally
    }

    /// What the cache is like, and what has happened in it so far.
    var diagnostics: ServiceResolver.Diagnostics.Cache {
        ServiceResolver.Diagnostics.Cache(
            size: size,
            capacity: rules.cache.capacity,
            tally: tally,
            evictions: counters.evictions
        )
    }

    // MARK: The end

    /// Lets nothing more be asked, and returns when nothing is.
    func waitForQuestions() async {
        await questions.shutdown()
    }

    /// The entries know their shards, which hold them.
    deinit { removeAll() }

    /// Forgets everything.
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
    /// What stands where an answer is going to be put.
    static let nothingYet = Resolution(.empty(nil), source: .cache, isComplete: false)
}
