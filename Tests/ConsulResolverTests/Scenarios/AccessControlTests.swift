// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Foundation
import TestSupport
import Testing

@testable import ResolutionModel

struct AccessControlTests {
    private static let reading = #"service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }"#

    @Test(
        arguments: AgentDress.allCases
    )
    func `A denied service is unknown, although Consul's answer is an empty list`(dress: AgentDress) async throws {
        try await withResolver(dress) { resolver async throws in
            #expect(try await resolver.resolve("guarded").failureCodes == [.accessDenied])
        }
        try await withResolver(dress, token: .value(ConsulAgent.masterToken)) { resolver in
            #expect(try await resolver.resolve("guarded").endpoints.count == 1)
            guard case .empty(.noSuchService) = try await resolver.resolve("unheard-of").outcome else {
                Issue.record("a token that may read everything gets no empty answer")
                return
            }
        }
    }

    @Test(
        arguments: AgentDress.allCases
    )
    func `A prepared query for a denied service leaves it unknown`(dress: AgentDress) async throws {
        let agent = try await agent(dress)
        let query = #"{"Name":"guarded-query","Service":{"Service":"guarded"}}"#
        // A second registration by another run of this test makes no difference.
        try await agent.post("/v1/query", json: query, token: ConsulAgent.masterToken)
        try await withResolver(dress, strategy: .http) { resolver async throws in
            #expect(try await resolver.resolve(.preparedQuery("guarded-query")).failureCodes == [.accessDenied])
        }
        try await withResolver(dress, strategy: .http, token: .value(ConsulAgent.masterToken)) {
            resolver async throws in
            #expect(try await resolver.resolve(.preparedQuery("guarded-query")).endpoints.count == 1)
        }
    }

    @Test(
        arguments: AgentDress.allCases
    )
    func `An unknown token or a missing token file leaves services unknown and stays secret`(
        dress: AgentDress
    ) async throws {
        let secret = "6f1ed002-ab5d-4b9c-a2d2-aaaaaaaaaaaa"
        let tokens: [(TokenSource, ResolutionFailure.Code)] = [
            (.value(secret), .accessDenied), (.file("/nonexistent/token"), .tokenUnavailable),
        ]
        for (token, code) in tokens {
            try await withResolver(dress, strategy: .http, token: token) { resolver in
                let resolution = try await resolver.resolve("guarded")
                #expect(resolution.failureCodes == [code])
                #expect(resolution.failure?.description.contains(secret) == false)
            }
        }
    }

    @Test(arguments: AgentDress.allCases)
    func `A replaced token file is used from the next request on`(dress: AgentDress) async throws {
        let agent = try await agent(dress)
        let token = try await agent.createToken(rules: Self.reading)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("6f1ed002-ab5d-4b9c-a2d2-bbbbbbbbbbbb\n".utf8).write(to: file)
        try await withResolver(dress, strategy: .http, token: .file(file.path)) { resolver in
            #expect(try await resolver.resolve("guarded").failureCodes == [.accessDenied])
            try Data("\(token.secret)\n".utf8).write(to: file, options: .atomic)
            #expect(try await resolver.resolve("guarded").endpoints.count == 1)
        }
    }

    @Test(
        arguments: [false, true],
        AgentDress.allCases
    )
    func `Followed endpoints stay when their token loses its permission`(
        isWatched: Bool,
        dress: AgentDress
    ) async throws {
        let agent = try await agent(dress)
        let name = "revoked-\(isWatched)"
        try await agent.register(ServiceRegistration(name, address: "10.7.7.7"), node: name)
        let token = try await agent.createToken(rules: Self.reading)
        try await withResolver(dress, strategy: .http, token: .value(token.secret)) { resolver in
            let service = resolver.service(ServiceRequest(name), updating: isWatched ? .watch : .polling)
            let updates = UpdateReader(service.updates)
            #expect(try await updates.next().endpoints.count == 1)
            try await agent.setRules(#"service_prefix "" { policy = "deny" }"#, of: token)
            // Consul wakes a watch for a change in the catalog, not for a change of permissions.
            try await agent.register(ServiceRegistration(name, address: "10.8.8.8"), node: name)
            let denied = try await updates.next { $0.isStale }
            #expect(denied.endpoints.count == 1)
            try await agent.setRules(Self.reading, of: token)
            let allowed = try await updates.next { !$0.isStale }
            #expect(allowed.authorities == ["10.8.8.8:8080"])
            await updates.stop()
        }
    }

    // MARK: One agent for each dress

    private func agent(_ dress: AgentDress) async throws -> ConsulAgent {
        let agent = try await SharedConsulAgents.shared.agent(
            configuration: ConsulAgent.defaultDeny,
            dress: dress
        )
        try await agent.register(ServiceRegistration("guarded", address: "10.7.7.7"), node: "guarded-node")
        return agent
    }

    private func withResolver(
        _ dress: AgentDress,
        strategy: ServiceResolver.Configuration.Strategy = .automatic,
        token: TokenSource = .none,
        _ body: (ServiceResolver) async throws -> Void
    ) async throws {
        let agent = try await agent(dress)
        try await ConsulResolverTests.withResolver(dns: agent.ports.dns, http: agent.ports.http) { configuration in
            configuration.strategy = strategy
            configuration.timeout = .seconds(10)
            configuration.http.token = token
            configuration.following.minimumInterval = .milliseconds(100)
        } _: {
            try await body($0)
        }
    }
}
