// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

@testable import ResolutionModel
@testable import TestSupport

/// Sends the same requests to a real agent by DNS, by HTTP and by both, and describes the differences between the
/// answers.
struct Differential {
    let agent: ConsulAgent
    let dns: ServiceResolver
    let http: ServiceResolver
    let automatic: ServiceResolver

    /// Registers a catalog with the agent, sends the catalog's requests and compares the answers.
    ///
    /// - Parameter registry: The agent to register with, if it is another one.
    /// - Returns: The differences, in words; empty if all answers agree.
    func differences(of catalog: RandomCatalog, registry: ConsulAgent? = nil) async throws -> [String] {
        for registration in catalog.registrations {
            // A registration that Consul refuses is absent from both sources.
            try await (registry ?? agent).put("/v1/catalog/register", json: registration.text())
        }
        for query in catalog.queries { try await (registry ?? agent).post("/v1/query", json: query.text()) }
        var differences: [String] = []
        for request in catalog.requests {
            guard let difference = try await difference(about: request, in: catalog) else { continue }
            differences.append("\(request): \(difference)")
        }
        return differences
    }

    private func difference(about request: ServiceRequest, in catalog: RandomCatalog) async throws -> String? {
        let http = Finding(try await self.http.resolve(request))
        let automatic = Finding(try await self.automatic.resolve(request))
        var dns: Finding?
        do { dns = Finding(try await self.dns.resolve(request)) } catch is ConsulNameError {
            // DNS cannot carry the name.
        }
        let all = """

              dns       \(dns.map(\.description) ?? "cannot carry it")
              http      \(http)
              automatic \(automatic)
            """
        // A name may lead to a service that DNS is silent about, and be part of another service.
        guard let dns, !catalog.silencesDNS || dns.isComplete else { return http == automatic ? nil : all }
        if catalog.hasWrappedPorts(request) {
            return http.targets.isSubset(of: dns.targets) && (automatic == dns || automatic == http) ? nil : all
        }
        return dns == http && http == automatic ? nil : all
    }

    /// The part of an answer that both DNS and HTTP report.
    private struct Finding: Equatable, CustomStringConvertible {
        let kind: String
        let isComplete: Bool
        let hasUnusable: Bool
        let targets: Set<String>

        init(_ resolution: Resolution) {
            switch resolution.outcome {
            case .endpoints: kind = "endpoints"
            case .empty: kind = "empty"
            case .unknown: kind = "unknown"
            }
            isComplete = resolution.isComplete
            // Only HTTP knows the number: DNS merges duplicates on one node.
            hasUnusable = kind == "endpoints" && resolution.unusableInstances > 0
            targets = Set(
                resolution.endpoints.map { "\($0.authority.lowercased()) \($0.priority) \($0.weight)" }
            )
        }

        var description: String {
            kind + (isComplete ? "" : ", incomplete") + (hasUnusable ? ", some unusable " : " ")
                + targets.sorted().joined(separator: ", ")
        }
    }
}

/// Makes resolvers that use an agent by DNS, by HTTP and by both, without a cache. Shuts them down even if `body`
/// throws.
func withDifferential<Output>(
    _ agent: ConsulAgent,
    isolation: isolated (any Actor)? = #isolation,
    configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
    _ body: (Differential) async throws -> Output
) async throws -> Output {
    func resolver(_ strategy: ServiceResolver.Configuration.Strategy) throws -> ServiceResolver {
        var configuration = ServiceResolver.Configuration.forTests(ports: [agent.ports.dns])
        configuration.http.address = ConsulHTTPAddress(.loopback(agent.ports.http), usesTLS: false)
        configure(&configuration)
        configuration.strategy = strategy
        return try ServiceResolver(configuration: configuration)
    }
    let differential = Differential(
        agent: agent,
        dns: try resolver(.dns),
        http: try resolver(.http),
        automatic: try resolver(.automatic)
    )
    let result: Result<Output, any Error>
    do { result = .success(try await body(differential)) } catch { result = .failure(error) }
    for resolver in [differential.dns, differential.http, differential.automatic] { await resolver.shutdown() }
    return try result.get()
}
