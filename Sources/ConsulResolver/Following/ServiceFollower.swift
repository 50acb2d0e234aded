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
    private let service: ConsulService
    private let output: AsyncStream<Resolution>.Continuation
    private var ledger: UpdateLedger
    private let prober: Prober<ContinuousClock>?

    private var resolver: ServiceResolver { service.resolver }
    private var request: ServiceRequest { service.request }

    init(service: ConsulService, output: AsyncStream<Resolution>.Continuation) {
        self.service = service
        self.output = output
        let configuration = service.resolver.configuration
        let hold = configuration.following.emptyHold
        ledger = UpdateLedger(hold: hold, probing: configuration.probes?.mode)
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
        if service.mode == .watch, request.kind != .preparedQuery, resolver.configuration.strategy != .dns {
            await watch()
        } else {
            await poll()
        }
    }

    private func accept(_ answer: Resolution) {
        guard let news = ledger.take(answer, at: .now) else { return }
        output.yield(news)
        prober?.update(ledger.probed)
    }

    private func accept(_ verdicts: [HostPort: ProbeVerdict]) {
        if let news = ledger.take(verdicts) { output.yield(news) }
    }

    // MARK: Asking again and again

    private func poll() async {
        var pace = PollPace(resolver.configuration.following)
        while let answer = await ask() {
            accept(answer)
            do {
                try await Task.sleep(for: pace.pause(after: answer, chance: .random(in: 0..<1)))
            } catch {
                return
            }
        }
    }

    /// - Returns: `nil` if there will be no answer, now or later.
    private func ask() async -> Resolution? {
        do {
            return try await resolver.resolve(request)
        } catch let error where error is ConsulNameError || error is ServiceRequestError {
            accept(
                .unknown(ResolutionFailure(attempts: [.init(code: .rejected, message: "\(error)")]), source: .dnsUDP)
            )
            return nil
        } catch {
            return nil
        }
    }

    // MARK: Being told

    private func watch() async {
        var substitute: Task<Void, Never>?
        do {
            for try await update in resolver.http.client.watchServiceHealth(request.healthRequest) {
                if let interruption = update.interruption {
                    if !mayAskDNS {
                        accept(.unknown(ResolutionFailure(attempts: [.init(interruption)]), source: .http))
                    } else if substitute == nil {
                        substitute = Task { await self.poll() }
                    }
                } else if let answer = update.answer {
                    substitute?.cancel()
                    await substitute?.value
                    substitute = nil
                    accept(try await resolution(of: answer))
                }
            }
        } catch let error as ConsulHTTPError where error.code != .closed {
            // A question that makes no sense to Consul: nothing will ever come of it.
            accept(.unknown(ResolutionFailure(attempts: [.init(error)]), source: .http))
        } catch {
            // Cancelled or shut down.
        }
        substitute?.cancel()
        await substitute?.value
    }

    private var mayAskDNS: Bool {
        guard resolver.configuration.strategy == .automatic, request.surplus == nil else { return false }
        return (try? request.domainName(in: resolver.configuration.dns.domain)) != nil
    }

    private func resolution(of answer: ConsulAnswer<[ServiceEntry]>) async throws -> Resolution {
        let finding = HTTPFinding(entries: answer.value, metadata: answer.metadata)
        let deadline = Deadline(in: resolver.configuration.timeout)
        return try await resolver.http.resolution(of: finding, for: request, deadline: deadline)
    }
}
