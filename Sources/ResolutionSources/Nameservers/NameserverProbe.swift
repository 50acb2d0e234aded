// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import ResolutionModel
import ResolverSupport

/// The liveness probe of a nameserver: a query that every server can answer, for the SOA record of the configured
/// domain. Any response shows that the server is alive, REFUSED as well.
struct NameserverProbe: Sendable {
    let client: DNSClient
    let configuration: ResolverConfiguration.DNS
    let directory: NameserverDirectory

    /// Probes a server over each transport until it responds.
    ///
    /// - Throws: `CancellationError`, and `DNSClientError` when the client has been shut down.
    func run(_ server: Nameserver) async throws -> NameserverPool.ProbeResult {
        guard directory.leads(to: server) else { return .gone }
        var attempts: [ResolutionFailure.Attempt] = []
        for transport in transports {
            let query = DNSQuery(
                Question(name: configuration.domain, type: .soa),
                ednsPayloadSize: transport == .udp ? 1232 : nil
            )
            let start = Moment.now
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

    /// The timeout of one attempt: that of a resolution, within bounds.
    private var timeout: Duration {
        min(max(configuration.attemptTimeout, Deadline.leastFairTime), .seconds(2))
    }
}
