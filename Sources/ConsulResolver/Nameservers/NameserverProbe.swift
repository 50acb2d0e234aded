// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

/// Finds out whether a nameserver is alive, by a question that every server has an answer to: the start of authority of
/// the configured domain. Any answer will do, a refusal as well.
struct NameserverProbe: Sendable {
    let client: DNSClient
    let configuration: ServiceResolver.Configuration.DNS
    let directory: NameserverDirectory

    /// - Throws: `CancellationError`, and `DNSClientError` when the client has been shut down.
    func run(_ server: Nameserver) async throws -> NameserverRegister.ProbeResult {
        guard directory.leads(to: server) else { return .gone }
        var attempts: [ResolutionFailure.Attempt] = []
        for transport in transports {
            let query = DNSQuery(
                Question(name: configuration.domain, type: .soa),
                ednsPayloadSize: transport == .udp ? 1232 : nil
            )
            let start = ContinuousClock.now
            do {
                let answer = try await client.query(query, server: server, transport: transport, timeout: timeout)
                return .answered(transport, after: answer.elapsed)
            } catch let error as DNSClientError where error.code == .malformedAnswer {
                return .answered(transport, after: start.duration(to: .now))
            } catch let error as DNSClientError where error.code != .closed {
                attempts.append(ResolutionFailure.Attempt(error))
            }
        }
        directory.refreshNames(of: server)
        return .failed(attempts)
    }

    private var transports: [DNSTransport] {
        switch configuration.transport {
        case .udp: [.udp]
        case .tcp: [.tcp]
        case .automatic: [.udp, .tcp]
        }
    }

    /// As long as a resolution waits, within reason.
    private var timeout: Duration {
        min(max(configuration.attemptTimeout, Deadline.leastFairTime), .seconds(2))
    }
}
