// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import EndpointProbing
import LoadBalancing
import NetworkAddress
import ResolutionCache
import ResolutionModel
import ResolutionSources
import ResolverSupport

/// Finds the changes of a service for one follower.
///
/// Answers come from one task at a time: the watch or, while the HTTP API is down, the polling over DNS. Another task
/// delivers the results of probes. An actor, so that both are published in order.
actor ServiceFollower {
    /// The parts of a resolver that following uses.
    struct Dependencies: Sendable {
        let configuration: ResolverConfiguration
        let cache: CachingSource
        let http: HTTPSource
        /// The source in place of Consul, if there is one. Changes come from it, and not from `http`.
        let standIn: (any StandInSource)?
        let time: TimeSource
        /// Returns the numbers in 0..<1 that vary the pace of polling.
        let chance: @Sendable () -> Double
        let probePlan: ProbePlan?
        /// Resolves a request with alternatives. The cache has entries for its targets, but none for the request.
        let resolveWhole: @Sendable (ServiceRequest) async throws -> Resolution
    }

    private let request: ServiceRequest
    private let mode: ConsulService.UpdateMode
    private let handle: SlotHandle
    private let configuration: ResolverConfiguration
    private let cache: CachingSource
    private let http: HTTPSource
    private let standIn: (any StandInSource)?
    private let time: TimeSource
    private let chance: @Sendable () -> Double
    private let resolveWhole: @Sendable (ServiceRequest) async throws -> Resolution
    private let prober: Prober?
    private let output: AsyncStream<Resolution>.Continuation
    private var deduplicator: UpdateDeduplicator

    private var cached: CacheSlot { handle.slot }

    init(
        service: FollowedService,
        by resolver: Dependencies,
        heedsOrder: Bool,
        output: AsyncStream<Resolution>.Continuation
    ) {
        request = service.request
        mode = service.mode
        handle = service.handle
        configuration = resolver.configuration
        cache = resolver.cache
        http = resolver.http
        standIn = resolver.standIn
        time = resolver.time
        chance = resolver.chance
        resolveWhole = resolver.resolveWhole
        prober = resolver.probePlan.map { [time = resolver.time] in Prober(plan: $0, time: time) }
        self.output = output
        deduplicator = UpdateDeduplicator(probing: resolver.configuration.probes?.mode, heedsOrder: heedsOrder)
    }

    /// Runs until the task is canceled, or there can be no more answers.
    func run() async {
        guard let prober else { return await follow() }
        await withTaskGroup { group in
            group.addTask { await prober.run() }
            group.addTask {
                for await verdicts in prober.verdicts { await self.accept(verdicts) }
            }
            await follow()
            group.cancelAll()
        }
    }

    private func follow() async {
        let canBeWatched = request.kind != .preparedQuery && request.alternatives.isEmpty
        if mode == .watch, canBeWatched, let standIn {
            await watch(standIn)
        } else if mode == .watch, canBeWatched, configuration.strategy != .dns {
            while await watch() {}
        } else {
            await poll()
        }
    }

    private func accept(_ accepted: Resolution) {
        guard let news = deduplicator.apply(accepted, at: time.now()) else { return }
        output.yield(news)
        prober?.update(deduplicator.probed)
    }

    private func accept(_ verdicts: [HostPort: ProbeVerdict]) {
        if let news = deduplicator.apply(verdicts, at: time.now()) { output.yield(news) }
    }

    // MARK: Polling

    private func poll() async {
        var pace = PollPace(configuration.following, rules: cache.rules)
        var pause = Duration.zero
        while let answer = await ask(ifOlderThan: pause / 2) {
            accept(answer)
            pause = pace.pause(after: answer, chance: chance())
            do { try await time.sleep(time.now() + pause) } catch { return }
        }
    }

    /// Fetches an answer, or shares one that another caller has fetched.
    ///
    /// - Parameter age: The greatest age of an answer that another caller has fetched.
    /// - Returns: `nil` if there will be no answer, now or later.
    private func ask(ifOlderThan age: Duration) async -> Resolution? {
        do {
            guard request.alternatives.isEmpty else { return try await resolveWhole(request) }
            let deadline = Deadline(in: configuration.timeout)
            return try await cache.renewed(cached, ifOlderThan: age, deadline: deadline)
        } catch let error where error is ConsulNameError || error is ServiceRequestError {
            reject(because: error)
        } catch {
            // Canceled or shut down.
        }
        return nil
    }

    private func reject(because error: any Error) {
        accept(.unknown(ResolutionFailure(attempts: [.init(code: .rejected, message: "\(error)")]), source: .dnsUDP))
    }

    // MARK: Watching

    /// Watches until the watch ends.
    ///
    /// - Returns: True if the watch has to be started again.
    private func watch() async -> Bool {
        var isToBeRepeated = false
        // The first answer may take as long as an HTTP request may. Polling over DNS need not wait for that.
        var substitute = mayAskDNS ? self.substitute(after: configuration.dns.attemptTimeout) : nil
        var isInterrupted = false
        var isCurrent = false
        defer { if isCurrent { cached.endWatch() } }
        func become(current: Bool) {
            guard current != isCurrent else { return }
            isCurrent = current
            if current { cached.beginWatch() } else { cached.endWatch() }
        }
        do {
            for try await update in http.client.watchServiceHealth(request.healthRequest).withRepetitions {
                if let interruption = update.interruption {
                    become(current: false)
                    if !mayAskDNS {
                        // At each interruption: endpoints that have become too old have to be removed.
                        accept(interrupted(by: interruption))
                    } else if !isInterrupted {
                        await end(&substitute)
                        substitute = self.substitute()
                    }
                    isInterrupted = true
                } else if let answer = update.answer {
                    isInterrupted = false
                    if update.isRepetition, !HTTPServiceAnswer(answer).isStale {
                        // While the entry is not current, polled answers renew it.
                        if isCurrent { cache.confirm(cached) }
                        continue
                    }
                    await end(&substitute)
                    let resolution = try await judged(answer)
                    accept(cache.apply(resolution, to: cached))
                    // If an instance has a name of Consul's as its address, a change behind that name does not end the
                    // blocking query.
                    become(current: isSettled(resolution) && !dependsOnOthers(answer))
                    if !isCurrent { substitute = self.substitute() }
                }
            }
        } catch let error as ConsulHTTPError where error.code != .closed {
            // The query was rejected, maybe by a proxy in trouble, or by a version of Consul that is about to be
            // replaced. Until it is sent again, the service is polled.
            await end(&substitute)
            become(current: false)
            accept(interrupted(by: error))
            substitute = self.substitute()
            do {
                try await time.sleep(time.now() + Self.refusalPause)
                isToBeRepeated = true
            } catch {
                // Canceled.
            }
        } catch {
            // Canceled or shut down.
        }
        await end(&substitute)
        return isToBeRepeated && !Task.isCancelled
    }

    /// Watches a source in place of Consul, until it is closed or the task is canceled. The source is polled beside the
    /// watch whenever time alone may change the accepted resolution.
    private func watch(_ standIn: any StandInSource) async {
        var substitute: Task<Void, Never>?
        var index: UInt64?
        var isCurrent = false
        defer { if isCurrent { cached.endWatch() } }
        do {
            while true {
                let (answer, next) = try await standIn.answer(to: request, after: index)
                index = next
                await end(&substitute)
                // The last answer was true until now. Consul confirms it whenever a blocking query returns.
                if isCurrent { cache.confirm(cached) }
                let deadline = Deadline(in: configuration.timeout)
                let resolution = try await cache.confirmed(answer, about: cached, deadline: deadline)
                accept(cache.apply(resolution, to: cached))
                if isCurrent { cached.endWatch() }
                isCurrent = isSettled(resolution)
                if isCurrent { cached.beginWatch() } else { substitute = self.substitute() }
            }
        } catch let error where error is ConsulNameError || error is ServiceRequestError {
            reject(because: error)
        } catch {
            // Canceled or shut down.
        }
        await end(&substitute)
    }

    /// The wait before a rejected query is sent again.
    private static let refusalPause = Duration.seconds(60)

    private func interrupted(by error: ConsulHTTPError) -> Resolution {
        cache.apply(.unknown(ResolutionFailure(attempts: [.init(error)]), source: .http), to: cached)
    }

    /// Returns the resolution of an answer, confirmed by the leader where that is necessary.
    ///
    /// - Throws: `CancellationError` when the task is canceled, and `ConsulHTTPError` when the client has been shut
    ///   down.
    private func judged(_ answer: ConsulAnswer<[ServiceEntry]>) async throws -> Resolution {
        do {
            let deadline = Deadline(in: configuration.timeout)
            // The streaming backend does not say if a list is empty because the token may not read. A plain read does,
            // and the leader's answer needs no confirmation.
            if answer.value.isEmpty, answer.metadata.backend == .streaming {
                return try await http.confirm(request, deadline: deadline)
            }
            let resolution = try await resolution(of: answer, until: deadline)
            return try await cache.confirmed(resolution, about: cached, deadline: deadline)
        } catch let error where !(error is ConsulHTTPError) && !Task.isCancelled {
            return .unknown(afterAsking: error)
        }
    }

    /// True if only a change in the catalog can change the answer. A blocking query does not return because a token may
    /// read again, because the leader can be queried, or because a doubt has lasted long enough; and DNS may know
    /// better.
    private func isSettled(_ answer: Resolution) -> Bool {
        switch answer.outcome {
        // Endpoints that partial answers leave out are removed by further ones, which have to be polled for.
        case .endpoints: !cached.isWaitingForParts
        case .unknown: false
        case .empty: !cached.isHolding
        }
    }

    /// Starts polling beside the watch, until the task is ended.
    private func substitute(after delay: Duration = .zero) -> Task<Void, Never> {
        Task {
            do { try await time.sleep(time.now() + delay) } catch { return }
            await self.poll()
        }
    }

    private func end(_ substitute: inout Task<Void, Never>?) async {
        substitute?.cancel()
        await substitute?.value
        substitute = nil
    }

    private var mayAskDNS: Bool {
        guard configuration.strategy == .automatic, request.surplus == nil else { return false }
        return (try? request.domainName(in: configuration.dns.domain)) != nil
    }

    private func dependsOnOthers(_ answer: ConsulAnswer<[ServiceEntry]>) -> Bool {
        let finding = HTTPServiceAnswer(entries: answer.value, metadata: answer.metadata)
        return http.dependsOnOthers(finding, for: request)
    }

    private func resolution(
        of answer: ConsulAnswer<[ServiceEntry]>,
        until deadline: Deadline
    ) async throws -> Resolution {
        try await http.resolution(of: HTTPServiceAnswer(answer), for: request, deadline: deadline)
    }
}
