// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Foundation
import TestSupport
import Testing

/// Real agents that permit no read without a token.
struct DenialTests {
    /// A strategy and an agent's version.
    struct Asking: CustomStringConvertible {
        var strategy: ServiceResolver.Configuration.Strategy
        var dress: AgentDress

        var description: String { "\(strategy), \(dress)" }
    }

    private static let cases = AgentDress.allCases.flatMap { dress in
        [ServiceResolver.Configuration.Strategy.http, .automatic].map { Asking(strategy: $0, dress: dress) }
    }

    enum Bearer: CaseIterable { case nobody, powerless, unknown, forgetful }

    @Test(arguments: cases, Bearer.allCases)
    func `A service that the token may not read is unknown, and the failure does not show the token`(
        asking: Asking,
        bearer: Bearer
    ) async throws {
        let (strategy, dress) = (asking.strategy, asking.dress)
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        try await agent.register(ServiceRegistration("denied", address: "10.1.0.1"), node: "denied")
        let powerless = try await agent.createToken(rules: #"service "other" { policy = "read" }"#)
        let unknown = UUID().uuidString
        let log = RecordedLog()
        let resolution = try await withResolver(dns: agent.ports.dns, http: agent.ports.http, logger: log.logger) {
            configuration in
            configuration.strategy = strategy
            configuration.http.token =
                switch bearer {
                case .nobody: .none
                case .powerless: .value(powerless.secret)
                case .unknown: .value(unknown)
                case .forgetful: .file("/nonexistent/token")
                }
        } _: {
            try await $0.resolve("denied")
        }
        #expect(resolution.failureCodes == [bearer == .forgetful ? .tokenUnavailable : .accessDenied])
        for text in log.lines.current + ["\(resolution)", String(reflecting: resolution)] {
            #expect(!text.contains(powerless.secret) && !text.contains(unknown))
        }
    }

    @Test(arguments: cases, FollowingTests.modes)
    func `Endpoints stay when the permission is lost, and are fresh again when it is back`(
        asking: Asking,
        mode: ConsulService.UpdateMode
    ) async throws {
        let (strategy, dress) = (asking.strategy, asking.dress)
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let name = "taken-\(mode)-\(strategy)"
        let rules = "service \"\(name)\" { policy = \"read\" } node_prefix \"\" { policy = \"read\" }"
        let token = try await agent.createToken(rules: rules)
        try await agent.register(ServiceRegistration(name, address: "10.1.0.1"), node: "\(name)-1")
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { configuration in
            configuration.strategy = strategy
            configuration.http.token = .value(token.secret)
            configuration.following.minimumInterval = .milliseconds(50)
        } _: { resolver in
            try await withUpdates(of: resolver.service(ServiceRequest(name), updating: mode)) { updates in
                #expect(try await updates.next().authorities == ["10.1.0.1:8080"])
                try await agent.setRules("", of: token)
                // A watch notices the loss only when a change wakes it.
                try await agent.register(ServiceRegistration(name, address: "10.1.0.2"), node: "\(name)-2")
                let kept = try await updates.next { $0.isStale }
                #expect(kept.authorities.contains("10.1.0.1:8080") && kept.age > .zero)
                try await agent.setRules(rules, of: token)
                let fresh = try await updates.next()
                #expect(fresh.authorities == ["10.1.0.1:8080", "10.1.0.2:8080"] && !fresh.isStale)
            }
        }
    }
}
