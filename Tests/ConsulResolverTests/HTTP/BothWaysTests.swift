// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import TestSupport

/// DNS and HTTP of a real agent, which lead to the same resolution of a service.
struct BothWaysTests {
    /// Every kind of instance address with every kind of node address, in every state of health.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `DNS and HTTP find the same endpoints for all kinds of addresses and checks`(seed: UInt64) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        var generator = SeededGenerator(seed: seed)
        let name = "both-ways-\(seed)"
        for index in 0..<40 {
            try await agent.put("/v1/catalog/register", json: RandomRegistration(name, index, &generator).json)
        }
        let (dns, http) = try await BothWaysTests.bothWays(ServiceRequest(name), agent)
        #expect(dns.isComplete == http.isComplete)
        #expect(dns.endpoints.count > 5)
        #expect(dns.targets == http.targets)
        #expect(http.endpoints.allSatisfy { $0.details?.id.hasPrefix("id-") == true && $0.node != nil })
    }

    /// Resolves a service over DNS alone and over HTTP alone.
    static func bothWays(
        _ request: ServiceRequest,
        _ agent: ConsulAgent,
        configure: (inout ServiceResolver.Configuration) -> Void = { _ in }
    ) async throws -> (dns: Resolution, http: Resolution) {
        var answers: [Resolution] = []
        for strategy in [ServiceResolver.Configuration.Strategy.dns, .http] {
            let answer = try await withResolver(ports: [agent.ports.dns]) { configuration in
                configuration.strategy = strategy
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
    /// The part of each endpoint that both DNS and HTTP report.
    var targets: [String] {
        endpoints.map { "\($0.authority) \($0.priority) \($0.weight)" }.sorted()
    }
}
