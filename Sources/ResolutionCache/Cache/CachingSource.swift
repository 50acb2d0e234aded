// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
package import Logging
import NIOConcurrencyHelpers
package import ResolutionModel
package import ResolutionSnapshot
package import ResolverSupport
import Synchronization

/// The cache in front of every lookup: one entry for each request, with at most one fetch at a time.
///
/// A hit takes one lock, which is held only briefly. It does not suspend and needs no other thread. A fetch is a task
/// of its own with the resolver's own timeout, so canceling one caller does not affect the others.
package final class CachingSource: ResolutionSource {
    private static let shardCount = 16

    /// The source of answers that are not cached.
    let upstream: any ResolutionSource
    /// False if lookups go straight to the source (``ResolverConfiguration/cache`` is `nil`). Followers and failover use
    /// the entries all the same: these hold the last good endpoints.
    let isCaching: Bool
    let context: CacheContext
    /// The time limit of a fetch.
    let timeout: Duration
    package var time: TimeSource { context.time }
    package var rules: CacheEntryStateMachine.Rules { context.rules }
    private var counters: CacheCounters { context.counters }

    private let shards: [CacheShard]
    private let threadCache = ThreadHitCache()
    private let count = Atomic<Int>(0)
    let fetches = TaskRegistry()
    let recollection: NIOLockedValueBox<Recollection>

    package init(
        over upstream: any ResolutionSource,
        configuration: ResolverConfiguration,
        time: TimeSource = .continuous,
        recalling stored: [ServiceRequest: StoredAnswer] = [:],
        chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        counters: CacheCounters = CacheCounters(),
        logger: Logger = Logger(label: "consul-resolver") { _ in SwiftLogNoOpLogHandler() }
    ) {
        recollection = NIOLockedValueBox(Recollection(stored: stored))
        self.upstream = upstream
        isCaching = configuration.cache != nil
        context = CacheContext(
            rules: CacheEntryStateMachine.Rules(hold: configuration.hold, cache: configuration.cache ?? .init()),
            time: time,
            chance: chance,
            counters: counters
        )
        timeout = configuration.timeout
        shards = (0..<CachingSource.shardCount).map { _ in CacheShard() }
        guard let snapshot = configuration.snapshot else { return }
        let writer = SnapshotWriter(snapshot, time: time, logger: logger) { [weak self] in
            self?.snapshot(at: WallClock.system())
        }
        recollection.withLockedValue { $0.writer = writer }
    }

    // MARK: Resolving

    package func validate(_ request: ServiceRequest) throws { try upstream.validate(request) }

    /// Resolves a request from its entry, or with the fetch under way for it, or with a new one.
    package func resolve(
        _ request: ServiceRequest,
        deadline: Deadline,
        hasStaleAnswer: Bool
    ) async throws -> Resolution {
        guard isCaching else {
            return try await upstream.resolve(request, deadline: deadline, hasStaleAnswer: hasStaleAnswer)
        }
        return try await resolve(request, isPatient: false, deadline: deadline)
    }

    package func confirm(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution? {
        try await upstream.confirm(request, deadline: deadline)
    }

    /// Returns the answer about a service, without further conditions, if it can be had at once. For most lookups, that
    /// is all: no lock is taken and no request is made of the name.
    ///
    /// - Returns: `nil` if the lookup has to wait, or the cache is not used.
    package func hit(named name: String) -> Resolution? {
        guard isCaching else { return nil }
        let now = time.now()
        return threadCache.hit(named: name, at: now) ?? hitOfEntry(named: name, at: now)
    }

    @inline(never)
    private func hitOfEntry(named name: String, at now: Moment) -> Resolution? {
        var known = Resolution.nothingYet
        let hash = CacheKey.hash(ofPlain: name)
        let found = read(hash, at: now, into: &known) { $0.isPlain && $0.request.name == name }
        guard let reading = found else { return nil }
        if case .hit(let slot) = reading, let copy = slot.cachedAnswer(), copy.mayBeKept {
            threadCache.keep(copy.answer, of: slot)
        }
        return known
    }

    /// Returns the accepted resolution of an entry, as it was stored and without a fetch; `nil` before the first answer.
    package func current(of slot: CacheSlot) -> Resolution? {
        threadCache.accepted(of: slot) ?? currentOfEntry(slot)
    }

    @inline(never)
    private func currentOfEntry(_ slot: CacheSlot) -> Resolution? {
        guard let copy = slot.cachedAnswer() else { return nil }
        if copy.mayBeKept { threadCache.keep(copy.answer, of: slot) }
        return copy.answer.accepted
    }

    /// Copies the answer to a request, if it can be had at once, from its entry.
    package func copyHit(_ request: ServiceRequest, into known: inout Resolution) -> Bool {
        guard isCaching, request.alternatives.isEmpty else { return false }
        let key = CacheKey(request)
        return read(key.hash, at: time.now(), into: &known) { $0.request == request } != nil
    }

    private enum ReadingAtOnce {
        case hit(CacheSlot)
        case refresh
    }

    /// Copies the resolution of an entry, if the lookup need not wait, and starts a refresh if one is due.
    private func read(
        _ hash: Int,
        at now: Moment,
        into known: inout Resolution,
        where isWanted: (CacheKey) -> Bool
    ) -> ReadingAtOnce? {
        guard let found = shard(of: hash).readAtOnce(hash, where: isWanted, at: now, into: &known) else { return nil }
        guard found.isRefresh else { return .hit(found.slot) }
        refresh(found.slot)
        return .refresh
    }

    /// Resolves a request by way of its entry.
    ///
    /// - Parameter isPatient: True to wait for the fetch even after the client response timer, when a stale answer could
    ///   be returned.
    func resolve(_ request: ServiceRequest, isPatient: Bool, deadline: Deadline) async throws -> Resolution {
        let start = Moment.now
        var known = Resolution.nothingYet
        var reading = CacheSlot.Reading.hit
        let slot = withSlot(for: request) {
            reading = $0.lockedRead(isPatient: isPatient, at: time.now(), into: &known)
        }
        guard let wait = wait(reading, slot) else { return known }
        var resolution = try await answer(wait, deadline: deadline)
        resolution.elapsed = start.duration(to: .now)
        return resolution
    }

    /// Returns the cached resolution if it is younger than `age`, or else the result of a fetch, which callers share.
    ///
    /// - Throws: The errors of ``ResolutionSource/resolve(_:deadline:hasStaleAnswer:)``.
    package func renewed(
        _ slot: CacheSlot,
        ifOlderThan age: Duration,
        deadline: Deadline
    ) async throws -> Resolution {
        var known = Resolution.nothingYet
        guard let wait = wait(slot.readAnew(ifOlderThan: age, into: &known), slot) else { return known }
        return try await answer(wait, deadline: deadline)
    }

    // MARK: Waiting

    /// A caller's registration as a waiter for a fetch.
    private struct Wait {
        let slot: CacheSlot
        let place: WaiterList<CacheSlot.Answer>.Place
        /// True if this caller starts the fetch.
        let startsFetch: Bool
    }

    private func wait(_ reading: CacheSlot.Reading, _ slot: CacheSlot) -> Wait? {
        switch reading {
        case .hit:
            return nil
        case .refresh:
            refresh(slot)
            return nil
        case .wait(let place, let asks):
            return Wait(slot: slot, place: place, startsFetch: asks)
        }
    }

    /// Waits for an answer that was not cached.
    private func answer(_ wait: Wait, deadline: Deadline) async throws -> Resolution {
        let start = Moment.now
        let patience = deadline.remaining(at: start)
        let end = time.now() + patience
        // A fetch belongs to all its callers, so the first one's short deadline does not cut it short.
        let answer = await self.answer(wait, until: end, fetchDeadline: deadline.atLeast(timeout, at: start))
        guard !wait.startsFetch, case .resolution(let resolution) = answer,
            case .unknown(let failure) = resolution.outcome, failure.isSilence,
            time.now().duration(to: end) >= patience / 4
        else { return try await resolution(from: answer, for: wait) }
        // The fetch that this caller joined timed out, while the caller has at least a quarter of its own time left. It
        // tries once more.
        var known = Resolution.nothingYet
        guard let again = self.wait(wait.slot.readAnew(ifOlderThan: .zero, into: &known), wait.slot) else {
            return known
        }
        let last = await self.answer(again, until: end, fetchDeadline: Deadline(in: timeout))
        return try await self.resolution(from: last, for: again)
    }

    /// The time that a caller waits beyond its deadline for a fetch that is about to end. Most callers wait as long as
    /// the fetch may take: with the result of the fetch they learn why it failed, and they need no timer.
    private static let grace = Duration.milliseconds(50)

    private func answer(_ wait: Wait, until end: Moment, fetchDeadline: Deadline) async -> CacheSlot.Answer {
        if wait.startsFetch { fetch(wait.slot, deadline: fetchDeadline) }
        guard !wait.slot.fetchEnds(by: end + Self.grace) else {
            return await wait.slot.wait(at: wait.place)
        }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { [time] in
                try? await time.sleep(end)
                wait.slot.leave(wait.place)?.resume()
            }
            defer { group.cancelAll() }
            return await wait.slot.wait(at: wait.place)
        }
    }

    private func resolution(from answer: CacheSlot.Answer, for wait: Wait) async throws -> Resolution {
        switch answer {
        case .resolution(let resolution), .stale(let resolution):
            return resolution
        case .error(let error):
            guard error is CancellationError, !Task.isCancelled else { throw error }
            // The resolver is being shut down: a query throws the error that says so.
            return try await upstream.resolve(wait.slot.request, deadline: Deadline(in: timeout))
        case .none:
            try Task.checkCancellation()
            if let stale = wait.slot.stale() { return stale }
            let attempt = ResolutionFailure.Attempt(
                code: .timedOut,
                message: "no answer arrived before the timeout"
            )
            return .unknown(ResolutionFailure(attempts: [attempt]), source: .cache)
        }
    }

    // MARK: Entries

    /// The number of entries.
    package var size: Int { count.load(ordering: .relaxed) }

    /// True if no fetch is under way.
    package var isIdle: Bool { fetches.isEmpty }

    /// Returns a handle that keeps the entry of a request from eviction for as long as the handle exists.
    package func handle(for request: ServiceRequest) -> SlotHandle {
        SlotHandle(pinned: withSlot(for: request) { $0.lockedPin() })
    }

    /// Returns the entry of a request, and creates it if it is missing.
    package func slot(for request: ServiceRequest) -> CacheSlot {
        withSlot(for: request) { _ in }
    }

    /// - Parameter body: Receives the entry, with the shard's lock held.
    private func withSlot(for request: ServiceRequest, _ body: (CacheSlot) -> Void) -> CacheSlot {
        let key = CacheKey(request)
        let shard = shard(of: key.hash)
        let make = {
            CacheSlot(key, in: shard, context: self.context, recalling: self.recalled(request))
        }
        let (slot, isNew) = shard.withSlot(for: key, orInsert: make, body)
        guard isNew else { return slot }
        if count.wrappingAdd(1, ordering: .relaxed).newValue > rules.cache.capacity { makeRoom(for: slot) }
        counters.report(size: size)
        return slot
    }

    func forEachSlot(_ body: (CacheSlot) -> Void) {
        for shard in shards {
            for slot in shard.all { body(slot) }
        }
    }

    private func shard(of hash: Int) -> CacheShard { shards[hash & (CachingSource.shardCount - 1)] }

    /// Evicts an entry of the newcomer's shard or, if that has no other to evict, of the next shard that has one.
    /// Evicts a second one if the cache is still over its capacity, so that an excess from a time when every entry had
    /// to stay does not last.
    private func makeRoom(for newcomer: CacheSlot) {
        // Hits that were answered from per-thread copies count as use.
        threadCache.settle()
        let now = time.now()
        var evicted = 0
        for offset in 0..<CachingSource.shardCount {
            guard let tally = shard(of: newcomer.key.hash &+ offset).evict(except: newcomer, at: now) else { continue }
            counters.countEviction()
            counters.add(tally)
            evicted += 1
            let size = count.wrappingSubtract(1, ordering: .relaxed).newValue
            if evicted == 2 || size <= rules.cache.capacity { return }
        }
    }

    /// The counts so far. Reading this also brings the metrics up to date.
    package var tally: CacheTally {
        threadCache.settle()
        for shard in shards { counters.add(shard.takeTally()) }
        return counters.tally
    }

    /// Size, capacity and counts of the cache.
    package var diagnostics: ResolverDiagnostics.Cache {
        ResolverDiagnostics.Cache(
            size: size,
            capacity: rules.cache.capacity,
            tally: tally,
            evictions: counters.evictions
        )
    }

    // MARK: Shutdown

    /// Cancels all fetches, refuses new ones, and returns when all have ended.
    package func waitForFetches() async {
        await fetches.shutdown()
    }

    /// Breaks the reference cycle between the shards and their entries.
    deinit { removeAll() }

    /// Removes all entries.
    package func removeAll() {
        threadCache.settle()
        for shard in shards {
            counters.add(shard.takeTally())
            count.wrappingSubtract(shard.removeAll(), ordering: .relaxed)
        }
        // After the entries, which are not copied any more.
        threadCache.removeAll()
        counters.report(size: size)
    }
}

extension Resolution {
    /// A placeholder for a resolution that is about to be assigned.
    package static let nothingYet = Resolution(.empty(nil), source: .cache, isComplete: false)
}
