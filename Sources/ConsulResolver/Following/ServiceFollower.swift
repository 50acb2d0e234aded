// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import NIOConcurrencyHelpers

/// Finds out what changes about a service, for one who follows it.
///
/// Answers are handed to the ``UpdateLedger`` by one task at a time: the one that watches or, while the HTTP API is down,
/// the one that asks DNS instead.
final class ServiceFollower: Sendable {
    private let service: ConsulService
    private let output: AsyncStream<Resolution>.Continuation
    private let ledger: NIOLockedValueBox<UpdateLedger>

    private var resolver: ServiceResolver { service.resolver }
    private var request: ServiceRequest { service.request }

    init(service: ConsulService, output: AsyncStream<Resolution>.Continuation) {
        self.service = service
        self.output = output
        ledger = NIOLockedValueBox(UpdateLedger(hold: service.resolver.configuration.following.emptyHold))
    }

    /// Runs until the task is cancelled, or there will be no more answers.
    func run() async {
        if service.mode == .watch, request.kind != .preparedQuery, resolver.configuration.strategy != .dns {
            await watch()
        } else {
            await poll()
        }
    }

    private func accept(_ answer: Resolution) {
        if let news = ledger.withLockedValue({ $0.take(answer, at: .now) }) { output.yield(news) }
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
