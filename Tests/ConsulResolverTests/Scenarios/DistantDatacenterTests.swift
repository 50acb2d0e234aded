// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

/// Two real datacenters, one of which loses the connection to the other.
struct DistantDatacenterTests {
    private static let distant = ServiceRequest("web", in: .datacenter("dc2"))

    /// Failures of the datacenters.
    enum Accident: CaseIterable {
        /// The distant datacenter is down. The local server still lists it.
        case loss
        /// In addition the local server restarts, and then knows no other datacenter.
        case lossAndRestart
    }

    @Test(arguments: Accident.allCases)
    func `Endpoints of a known datacenter stay as stale while it is unreachable`(
        accident: Accident
    ) async throws {
        try await withConsulFederation { federation in
            try await federation.dc2.register(ServiceRegistration("web", address: "10.2.0.1"), node: "web-2")
            try await withResolver(of: federation, .dns) { dns in
                try await withResolver(of: federation, .http) { http in
                    try await withResolver(of: federation, .automatic) { automatic in
                        let resolvers = [dns, http, automatic]
                        for resolver in resolvers {
                            #expect(try await resolver.resolve(Self.distant).authorities == ["10.2.0.1:8080"])
                        }
                        try await federation.dc2.kill()
                        if accident == .lossAndRestart { try await federation.dc1.restart() }
                        for resolver in resolvers { try await expectStaleEndpoints(from: resolver) }
                    }
                }
            }
        }
    }

    private func expectStaleEndpoints(from resolver: ServiceResolver) async throws {
        // The cache returns the first answer for its TTL; later answers come from the server.
        let stale = try await asking("an answer without a path", within: .seconds(60)) {
            let resolution = try await resolver.resolve(Self.distant)
            return resolution.isStale || resolution.endpoints.isEmpty ? resolution : nil
        }
        #expect(stale.authorities == ["10.2.0.1:8080"])
        for _ in 0..<4 {
            try await waitForQuestion(of: resolver)
            let resolution = try await resolver.resolve(Self.distant)
            #expect(resolution.isStale && resolution.authorities == ["10.2.0.1:8080"])
        }
        // A datacenter that this resolver has never seen does not exist.
        #expect(try await resolver.resolve(ServiceRequest("web", in: .datacenter("dc9"))).isEmpty)
    }

    @Test(arguments: ServiceResolver.Configuration.Strategy.allCases)
    func `A service that is removed from a reachable datacenter is gone`(
        strategy: ServiceResolver.Configuration.Strategy
    ) async throws {
        let federation = try await SharedConsulAgents.shared.federation()
        let name = "leaving-\(strategy)"
        try await federation.dc2.register(ServiceRegistration(name, address: "10.2.0.1"), node: name)
        try await withResolver(of: federation, strategy) { resolver in
            let request = ServiceRequest(name, in: .datacenter("dc2"))
            #expect(try await resolver.resolve(request).authorities == ["10.2.0.1:8080"])
            try await federation.dc2.deregister(node: name)
            try await eventually("the end of the service", within: .seconds(60)) {
                try await resolver.resolve(request).isEmpty
            }
        }
    }

    /// Waits until the resolver has sent one more query, from any source.
    private func waitForQuestion(of resolver: ServiceResolver) async throws {
        let before = resolver.questionCount
        try await eventually("another query", within: .seconds(60)) {
            _ = try await resolver.resolve(Self.distant)
            return resolver.questionCount > before
        }
    }

    /// Runs `body` with a resolver that believes an empty answer without a reason when it comes twice.
    private func withResolver(
        of federation: ConsulFederation,
        _ strategy: ServiceResolver.Configuration.Strategy,
        _ body: (ServiceResolver) async throws -> Void
    ) async throws {
        try await ConsulResolverTests.withResolver(
            dns: federation.dc1.ports.dns,
            http: federation.dc1.ports.http
        ) { configuration in
            configuration.strategy = strategy
            configuration.timeout = .seconds(20)
            configuration.cache = .init()
            configuration.cache?.minimumTimeToLive = .milliseconds(50)
            configuration.cache?.failureTimeToLive = .milliseconds(50)
            configuration.cache?.maximumFailureTimeToLive = .milliseconds(50)
            configuration.hold.emptyGracePeriod = .zero
        } _: {
            try await body($0)
        }
    }
}

extension ServiceResolver {
    /// The number of queries for services that have ended, from all sources.
    fileprivate var questionCount: Int {
        let sources = diagnostics().sources
        return [sources.udp, sources.tcp, sources.http].map(\.total).reduce(0, +)
    }
}
