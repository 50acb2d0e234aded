// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import DNSWire
import ResolutionModel
import ResolverSupport

/// The resolution over the HTTP API of names in Consul's own domain, with the results that its DNS server would return.
struct HTTPAliases: Sendable {
    let source: HTTPSource
    /// The health rule for the instances that the names lead to.
    let health: ServiceRequest.HealthRule
    let consistency: ReadOptions.Consistency
    let deadline: Deadline

    /// Resolves one name.
    ///
    /// - Returns: `nil` if the request fails, or the name has a kind that the HTTP API cannot look up.
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    func step(_ name: DomainName) async throws -> AliasStep? {
        // Consul has no records for any other name.
        guard let reading = ConsulNameReading(name, domain: source.domain) else { return AliasStep(targets: []) }
        do {
            switch reading.subject {
            case .service(let service, let tag):
                let tags = tag.map { [$0] } ?? []
                return try await instances(of: ServiceRequest(service, tags: tags, in: reading.locality), at: name)
            case .connect(let service):
                return try await instances(of: .connect(service, in: reading.locality), at: name)
            case .ingress(let service):
                return try await instances(of: .ingress(service, in: reading.locality), at: name)
            case .preparedQuery(let query):
                return try await instances(of: .preparedQuery(query, in: reading.locality), at: name)
            case .node(let node):
                return try await address(of: node, in: reading.locality)
            case .other:
                return nil
            }
        } catch let error as ConsulHTTPError where error.code != .closed {
            // The prepared query or the datacenter does not exist.
            return [.notFound, .noSuchDatacenter].contains(error.code) ? AliasStep(targets: []) : nil
        }
    }

    private func instances(of request: ServiceRequest, at name: DomainName) async throws -> AliasStep {
        let answer = try await source.find(request, consistency, retries: false, deadline: deadline)
        var builder = HTTPEndpointBuilder(health: health, domain: source.domain, name: name)
        builder.isTranslated = try await source.isTranslated(answer, deadline: deadline)
        return AliasStep(targets: builder.instances(in: answer.entries).map { $0.target ?? .invalid(.root) })
    }

    private func address(of node: String, in locality: ConsulLocality) async throws -> AliasStep? {
        var options = ServiceRequest("", in: locality).readOptions
        options.consistency = consistency
        options.retries = false
        let answer = try await source.client.catalogNode(node, options: options, timeout: deadline.remaining)
        guard let found = answer.value else { return AliasStep(targets: []) }
        // The entry holds the node only, without an instance or checks.
        let entry = ServiceEntry(node: found)
        let instance = HTTPServiceAnswer(entries: [entry], metadata: answer.metadata)
        var builder = HTTPEndpointBuilder(health: health, domain: source.domain)
        builder.isTranslated = try await source.isTranslated(instance, deadline: deadline)
        return AliasStep(targets: builder.instances(in: [entry]).map { $0.target ?? .invalid(.root) })
    }
}
