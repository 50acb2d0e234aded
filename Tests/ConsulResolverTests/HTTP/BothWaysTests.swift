// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver
@testable import TestSupport

/// Against a real agent: what a service resolves to does not depend on the way.
@Suite("DNS and HTTP lead to the same endpoints", .serialized)
struct BothWaysTests {
    @Test("of every service that the conformance rows register", arguments: ConformanceRow.services)
    func conformance(row: ConformanceRow) async throws {
        let (agent, _, version) = try await ConformanceStage.shared.set(row)
        guard row.applies(to: version), row.expect.isSilent != true, let request = row.serviceRequest else { return }
        let (dns, http) = try await bothWays(request, agent) { configuration in
            if row.expect.minimumSeconds != nil { configuration.beImpatient() }
            if let domain = row.agentConfiguration["domain"]?.string.flatMap({ try? DomainName($0) }) {
                configuration.dns.domain = domain
            }
        }
        switch row.id {
        case "noleader-service", "noservers-service":
            #expect(dns.failure != nil && http.failure != nil)
        case "trim-2000-tcp-no-tc":
            #expect(http.isComplete && http.endpoints.count == 2000)
            #expect(Set(dns.authorities).isSubset(of: http.authorities))
        case "dc-dc-label-1.8", "ns-label-1.8":
            // Forms of names that this version's DNS does not know.
            #expect(dns.isEmpty)
        default:
            #expect(dns.targets == http.targets)
            #expect(dns.isEmpty == http.isEmpty)
        }
    }

    /// Every address that an instance can have, each with every other, in every state of health.
    @Test("of instances with all kinds of addresses, weights and checks", arguments: [1, 2, 3] as [UInt64])
    func random(seed: UInt64) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        var generator = SeededGenerator(seed: seed)
        let name = "both-ways-\(seed)"
        for index in 0..<40 {
            try await agent.put("/v1/catalog/register", json: RandomRegistration(name, index, &generator).json)
        }
        let (dns, http) = try await bothWays(ServiceRequest(name), agent)
        #expect(dns.isComplete == http.isComplete)
        #expect(dns.endpoints.count > 5)
        #expect(dns.targets == http.targets)
        #expect(http.endpoints.allSatisfy { $0.details?.id.hasPrefix("id-") == true && $0.node != nil })
    }

    private func bothWays(
        _ request: ServiceRequest,
        _ agent: ConsulAgent,
        configure: (inout ServiceResolver.Configuration) -> Void = { _ in }
    ) async throws -> (dns: Resolution, http: Resolution) {
        var answers: [Resolution] = []
        for strategy in [ServiceResolver.Configuration.Strategy.dns, .http] {
            let answer = try await withResolver(ports: [agent.ports.dns]) { configuration in
                configuration.strategy = strategy
                configuration.dns.transport = .tcp
                configuration.http.address = ConsulHTTPAddress(.loopback(agent.ports.http), usesTLS: false)
                configure(&configuration)
            } _: {
                try await $0.resolve(request)
            }
            answers.append(answer)
        }
        return (answers[0], answers[1])
    }
}

extension Resolution {
    /// All that both ways tell.
    fileprivate var targets: [String] {
        endpoints.map { "\($0.authority) \($0.priority) \($0.weight)" }.sorted()
    }
}
