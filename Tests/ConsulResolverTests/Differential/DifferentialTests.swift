// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Foundation
import TestSupport
import Testing

/// Random catalogs on real agents. `DIFFERENTIAL_CATALOGS` sets their number, `DIFFERENTIAL_SEED` the first seed; a
/// difference names the seed of its catalog.
struct DifferentialTests {
    private static func number(_ variable: String) -> UInt64? {
        ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
    }

    private static let seeds: Range<UInt64> = {
        let first = number("DIFFERENTIAL_SEED") ?? 1
        return first..<(first + (number("DIFFERENTIAL_CATALOGS") ?? 60))
    }()

    /// Half of the catalogs, in the agent's own datacenter.
    @Test func `DNS, HTTP and both together find the same endpoints of random catalogs`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let seeds = Self.seeds.filter { !$0.isMultiple(of: 2) }
        try await compare(seeds.map { RandomCatalog(seed: $0) }, agent)
    }

    /// The other half, in another datacenter, with and without `translate_wan_addrs` by turns.
    @Test(arguments: [false, true])
    func `DNS, HTTP and both together find the same endpoints in another datacenter`(translating: Bool) async throws {
        let seeds = Self.seeds.filter { $0 % 4 == (translating ? 0 : 2) }
        try await withConsulFederation(configuration: "{\"translate_wan_addrs\": \(translating)}") { federation in
            let distant = seeds.map { RandomCatalog(seed: $0, datacenter: "dc2") }
            try await compare(distant, federation.dc1, registry: federation.dc2)
            // The agent's own datacenter by name: Consul translates no address there.
            let own = seeds.prefix(10).map { RandomCatalog(seed: $0 &+ 1, datacenter: "dc1") }
            try await compare(own, federation.dc1)
        }
    }

    private func compare(
        _ catalogs: [RandomCatalog],
        _ agent: ConsulAgent,
        registry: ConsulAgent? = nil
    ) async throws {
        // A permanently silent server costs its whole timeout, so the timeouts are short.
        for isSilent in [false, true] {
            try await withDifferential(agent) { configuration in
                if isSilent { configuration.dns.attemptTimeout = .milliseconds(300) }
                if isSilent { configuration.timeout = .seconds(5) }
            } _: { differential in
                for catalog in catalogs where catalog.silencesDNS == isSilent {
                    let differences = try await differential.differences(of: catalog, registry: registry)
                    #expect(differences.isEmpty, "seed \(catalog.seed)\n\(differences.joined(separator: "\n"))")
                }
            }
        }
    }
}
