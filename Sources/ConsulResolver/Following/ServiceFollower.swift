// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import LoadBalancing
import NetworkAddress

/// Finds out what changes about a service, for one who follows it.
///
/// Answers come from one task at a time: the one that watches or, while the HTTP API is down, the one that asks DNS
/// instead. Another one brings what probes have shown. An actor, so that what they make of it is published in order.
actor ServiceFollower {
    private let service: FollowedService
    private let output: AsyncStream<Resolution>.Continuation
    private var ledger: UpdateLedger
    private let prober: Prober<ContinuousClock>?

    private var resolver: ServiceResolver { service.resolver }
    private var request: ServiceRequest { service.request }
    private var cached: CachedService { service.cached }
    private var time: TimeSource { resolver.time }

    init(service: FollowedService, heedsOrder: Bool, output: AsyncStream<Resolution>.Continuation) {
        self.service = service
        self.output = output
        let configuration = service.resolver.configuration
        ledger = UpdateLedger(probing: configuration.probes?.mode, heedsOrder: heedsOrder)
        prober = service.resolver.probePlan.map { Prober(plan: $0, clock: ContinuousClock()) }
    }

    /// Runs until the task is cancelled, or there will be no more answers.
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
        if service.mode == .watch, canBeWatched, resolver.configuration.strategy != .dns {
            while await watch() {}
        } else {
            await poll()
        }
    }

    private func accept(_ believed: Resolution) {
        guard let news = ledger.take(believed, at: time.now()) else { return }
        output.yield(news)
        prober?.update(ledger.probed)
    }

    private func accept(_ verdicts: [HostPort: ProbeVerdict]) {
        if let news = ledger.take(verdicts, at: time.now()) { output.yield(news) }
    }

    // MARK: Asking again and again

    private func poll() async {
        var pace = PollPace(resolver.configuration.following, rules: resolver.cache.rules)
        var pause = Duration.zero
        while let answer = await ask(ifOlderThan: pause / 2) {
            accept(answer)
            pause = pace.pause(after: answer, chance: resolver.chance())
            do { try await time.sleep(time.now() + pause) } catch { return }
        }
    }

    /// - Parameter age: How old an answer may be that somebody else has asked for.
    /// - Returns: `nil` if there will be no answer, now or later.
    private func ask(ifOlderThan age: Duration) async -> Resolution? {
        do {
            // Each of the places has an entry in the cache, the request as a whole has none.
            guard request.alternatives.isEmpty else { return try await resolver.resolve(request) }
            return try await resolver.cache.renewed(cached, ifOlderThan: age)
        } catch let error where error is ConsulNameError || error is ServiceRequestError {
            accept(
                .unknown(ResolutionFailure(attempts: [.init(code: .rejected, message: "\(error)")]), source: .dnsUDP)
            )
        } catch {
            // Cancelled or shut down.
        }
        return nil
    }

    // MARK: Being told

    /// Watches until the watch ends.
    ///
    /// - Returns: Whether to watch again.
    private func watch() async -> Bool {
        var isToBeRepeated = false
        // The first answer may take as long as a request may; DNS need not wait for that.
        var substitute = mayAskDNS ? self.substitute(after: resolver.configuration.dns.attemptTimeout) : nil
        var isInterrupted = false
        var isCurrent = false
        defer { if isCurrent { cached.endBeingCurrent() } }
        func become(current: Bool) {
            guard current != isCurrent else { return }
            isCurrent = current
            if current { cached.beginBeingCurrent() } else { cached.endBeingCurrent() }
        }
        do {
            for try await update in resolver.http.client.watchServiceHealth(request.healthRequest).withRepetitions {
                if let interruption = update.interruption {
                    become(current: false)
                    if !mayAskDNS {
                        // Each time: endpoints that are too old by now have to go.
                        accept(interrupted(by: interruption))
                    } else if !isInterrupted {
                        await end(&substitute)
                        substitute = self.substitute()
                    }
                    isInterrupted = true
                } else if let answer = update.answer {
                    isInterrupted = false
                    if update.isRepetition, !HTTPFinding(answer).isStale {
                        // While the entry is not current, answers that are polled for renew it.
                        if isCurrent { resolver.cache.confirm(cached) }
                        continue
                    }
                    await end(&substitute)
                    let resolution = try await judged(answer)
                    accept(resolver.cache.take(resolution, about: cached))
                    // A change of what stands behind a name wakes no watch of the service that has it for an address.
                    become(current: isSettled(resolution) && !dependsOnOthers(answer))
                    if !isCurrent { substitute = self.substitute() }
                }
            }
        } catch let error as ConsulHTTPError where error.code != .closed {
            // A question that makes no sense to the one who was asked; which may have been a proxy with a bad moment, or a
            // version of Consul that is about to be replaced. Until it is put again, the service is asked for now and then.
            await end(&substitute)
            become(current: false)
            accept(interrupted(by: error))
            substitute = self.substitute()
            do {
                try await time.sleep(time.now() + Self.refusalPause)
                isToBeRepeated = true
            } catch {
                // Cancelled.
            }
        } catch {
            // Cancelled or shut down.
        }
        await end(&substitute)
        return isToBeRepeated && !Task.isCancelled
    }

    /// How long a question that was called senseless is not put again.
    private static let refusalPause = Duration.seconds(60)

    private func interrupted(by error: ConsulHTTPError) -> Resolution {
        resolver.cache.take(.unknown(ResolutionFailure(attempts: [.init(error)]), source: .http), about: cached)
    }

    /// What an answer means, the leader's word on it included.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, and `ConsulHTTPError` when the client has been shut down.
    private func judged(_ answer: ConsulAnswer<[ServiceEntry]>) async throws -> Resolution {
        do {
            let deadline = Deadline(in: resolver.configuration.timeout)
            // The streaming backend does not say whether nothing is left because the token may not read. A plain read does,
            // and the leader's answer needs no confirmation.
            if answer.value.isEmpty, answer.metadata.backend == .streaming {
                return try await resolver.http.confirm(request, within: deadline.remaining)
            }
            let resolution = try await resolution(of: answer, until: deadline)
            return try await resolver.cache.confirmed(resolution, about: cached, until: deadline)
        } catch let error where !(error is ConsulHTTPError) && !Task.isCancelled {
            return .unknown(afterAsking: error)
        }
    }

    /// Whether only a change in the catalog can make another of an answer. That a token may read again, that the leader
    /// can be asked, or that a doubt has lasted long enough is none, so nobody would tell; and DNS may know better.
    private func isSettled(_ answer: Resolution) -> Bool {
        switch answer.outcome {
        // What parts have left out goes when further ones do, and those have to be asked for.
        case .endpoints: !cached.isWaitingForParts
        case .unknown: false
        case .empty: !cached.isHolding
        }
    }

    /// Asks again and again beside the watch, until it is ended.
    private func substitute(after delay: Duration = .zero) -> Task<Void, Never> {
        Task {
            do { try await Task.sleep(for: delay) } catch { return }
            await self.poll()
        }
    }

    private func end(_ substitute: inout Task<Void, Never>?) async {
        substitute?.cancel()
        await substitute?.value
        substitute = nil
    }

    private var mayAskDNS: Bool {
        guard resolver.configuration.strategy == .automatic, request.surplus == nil else { return false }
        return (try? request.domainName(in: resolver.configuration.dns.domain)) != nil
    }

    private func dependsOnOthers(_ answer: ConsulAnswer<[ServiceEntry]>) -> Bool {
        let finding = HTTPFinding(entries: answer.value, metadata: answer.metadata)
        return resolver.http.dependsOnOthers(finding, for: request)
    }

    private func resolution(
        of answer: ConsulAnswer<[ServiceEntry]>,
        until deadline: Deadline
    ) async throws -> Resolution {
        try await resolver.http.resolution(of: HTTPFinding(answer), for: request, deadline: deadline)
    }
}
