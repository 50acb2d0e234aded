// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NetworkAddress

/// The resolution over DNS of names in Consul's own domain.
///
/// It queries SRV records, as for every service: an answer with address records hides host names, and holds one family.
struct DNSAliases: Sendable {
    let lookup: AddressLookup
    let domain: DomainName
    /// Returns the transports to query for a name.
    let plan: @Sendable (DomainName) -> TransportPlan

    /// Resolves one name.
    ///
    /// - Returns: `nil` if there is no usable answer.
    /// - Throws: `CancellationError`, and `DNSClientError` when the client has been shut down.
    func step(_ name: DomainName) async throws -> AliasStep? {
        switch ConsulNameReading(name, domain: domain)?.subject {
        case .service, .connect, .ingress, .preparedQuery: try await instances(of: name)
        case .node: try await node(name)
        // The server may know names of kinds that this library does not.
        case .other, nil: try await addresses(of: name)
        }
    }

    private func node(_ name: DomainName) async throws -> AliasStep? {
        guard let found = try await lookup.addresses(of: [name])[name] else { return nil }
        return AliasStep(targets: found.preferred.map { [.address($0, node: nil)] } ?? [])
    }

    private func instances(of name: DomainName) async throws -> AliasStep? {
        let question = Question(name: name, type: .srv)
        var plan = self.plan(name)
        while let step = plan.next {
            let reply = try await lookup.ask(question, over: step.transport, payloadSize: step.payloadSize)
            plan.end()
            guard let reply,
                let answer = try? ServiceAnswer(parsing: reply.bytes, answering: question, domain: domain)
            else { continue }
            switch ServiceVerdict(answer, over: step.transport, advertised: step.payloadSize, domain: domain) {
            case .instances(let instances, let completeness, let timeToLive):
                if instances.allSatisfy({ $0.isAt(name) }) { return try await shared(name, instances.count) }
                let found = FoundInstances(
                    reply: reply,
                    instances: instances,
                    completeness: completeness,
                    timeToLive: timeToLive
                )
                if case .finish(let proven) = plan.found(found) { return AliasStep(proven) }
            case .empty(let timeToLive):
                return AliasStep(targets: [], timeToLive: timeToLive)
            case .trimmedToNothing:
                continue
            case .failure:
                return nil
            }
        }
        return plan.best.map { AliasStep($0) }
    }

    /// Returns the addresses of a name that the server returns as the target of every instance of the service
    /// (Consul 1.19).
    private func shared(_ name: DomainName, _ count: Int) async throws -> AliasStep? {
        guard var step = try await addresses(of: name) else { return nil }
        step.isWhole = count == 1 && step.targets.count == 1
        step.isShared = true
        return step
    }

    private func addresses(of name: DomainName) async throws -> AliasStep? {
        guard let found = try await lookup.addresses(of: [name])[name] else { return nil }
        return AliasStep(targets: found.map { .address($0, node: nil) })
    }
}

extension AliasStep {
    fileprivate init(_ found: FoundInstances) {
        self.init(
            targets: found.instances.map(\.target),
            isWhole: found.completeness == .complete,
            timeToLive: found.timeToLive
        )
    }
}

extension ServiceInstance {
    fileprivate func isAt(_ name: DomainName) -> Bool {
        if case .consulName(let target, _) = target { target == name } else { false }
    }
}
