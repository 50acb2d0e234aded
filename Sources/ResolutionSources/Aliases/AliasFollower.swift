// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

/// Resolves Consul's own names that instances have as addresses, with a query for each name.
///
/// An external service may be registered as `real.service.consul`. Only Consul can resolve that name; as an endpoint,
/// it would be useless on most machines.
struct AliasFollower: Sendable {
    /// The number of further names that a name may lead to, as in Consul's own DNS server.
    static let furtherNames = 3

    /// The number of names that are queried altogether. Instances behind other names are left out.
    static let mostNames = 64

    /// Queries one name; returns `nil` if there is no answer.
    let ask: @Sendable (DomainName) async throws -> AliasStep?

    /// - Throws: `CancellationError`, and the client's error when it has been shut down.
    func follow(_ names: [DomainName]) async throws -> AliasTable {
        var table = AliasTable()
        var next = names
        for _ in 0...AliasFollower.furtherNames {
            let asked = table.admit(next, upTo: AliasFollower.mostNames)
            guard !asked.isEmpty else { break }
            next = []
            let steps = try await self.steps(of: asked)
            for name in asked {
                guard let step = steps[name] else { continue }
                table.insert(step, for: name)
                next += step.namesToFollow
            }
        }
        return table
    }

    private func steps(of names: [DomainName]) async throws -> [DomainName: AliasStep] {
        try await withThrowingTaskGroup(of: (DomainName, AliasStep?).self) { group in
            for name in names { group.addTask { (name, try await ask(name)) } }
            var steps: [DomainName: AliasStep] = [:]
            for try await (name, step) in group { steps[name] = step }
            return steps
        }
    }
}
