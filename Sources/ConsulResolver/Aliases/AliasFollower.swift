// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

/// Finds out where names of Consul's own lead that instances have for addresses, by asking Consul for each of them.
///
/// An external service may be registered as `real.service.consul`. Only Consul can tell what that is; as an endpoint it
/// would be of no use to most machines.
struct AliasFollower: Sendable {
    /// How many further names may stand behind a name, as in Consul's own DNS server.
    static let furtherNames = 3

    /// How many names are asked for altogether; instances behind others are left out.
    static let mostNames = 64

    /// Asks for one name; `nil` if there is no answer.
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
