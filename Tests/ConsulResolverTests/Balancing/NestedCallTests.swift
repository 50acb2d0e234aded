// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import DNSWire
import LoadBalancing
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel

/// Errors of this library that a nested call throws while an endpoint is in use.
struct NestedCallTests {
    @Test func `Every error of this library has a neutral outcome for the endpoint`() {
        let errors: [any Error] = [
            PickError(code: .empty, message: ""), ConsulHTTPError(.closed, ""), ConsulHTTPError(.timedOut, ""),
            ResolutionFailure(attempts: []), ServiceRequestError(code: .needsHTTP, description: ""),
            ConfigurationError(setting: "", message: ""), WireError(.truncated, at: 0), AnswerError.notAResponse,
            HostPortError(code: .badPort, message: ""), JSONError(.truncated, at: 0),
        ]
        for error in errors {
            #expect(Outcome.classifying(error) == .neutral, "\(type(of: error))")
            #expect(Outcome.classifyingNetwork(error) == .neutral, "\(type(of: error))")
        }
    }

    @Test func `An endpoint stays in use when a closed resolver throws in a nested call`() async throws {
        let resolver = try ServiceResolver(configuration: .forTests(ports: [1]))
        await resolver.shutdown()
        try await expectNoEjection { _ in _ = try await resolver.resolve("inner") }
    }

    @Test func `An endpoint stays in use when the inner name is invalid`() async throws {
        try await withResolver(ports: [1]) { resolver in
            try await expectNoEjection { _ in _ = try await resolver.resolve("") }
        }
    }

    @Test func `An endpoint stays in use when the inner service has no endpoints`() async throws {
        let inner = LoadBalancer()
        inner.removeAll(because: PickError(code: .empty, message: "none"))
        try await expectNoEjection { _ in try await inner.withEndpoint { _ in } }
    }

    /// Uses endpoints through every method while a nested call fails, and expects that all of them stay eligible.
    private func expectNoEjection(_ nested: @escaping @Sendable (Endpoint) async throws -> Void) async throws {
        var configuration = LoadBalancer.Configuration()
        configuration.policy = .weightedRoundRobin
        let outer = LoadBalancer(configuration: configuration)
        outer.update((1...3).map { Endpoint(host: .address(.v4(.loopback)), port: $0) })
        for _ in 0..<30 {
            await #expect(throws: (any Error).self) {
                try await outer.withEndpoint(classifying: Outcome.classifyingNetwork, nested)
            }
            await #expect(throws: (any Error).self) { try await outer.withLease { try await nested($0.endpoint) } }
            await #expect(throws: (any Error).self) {
                try await outer.withHedgedEndpoint(after: .seconds(60), nested)
            }
            let shared = SharedLease(try outer.pick())
            do { try await nested(shared.endpoint) } catch { shared.finish(.classifying(error)) }
        }
        for report in outer.endpoints { #expect(report.state == .eligible, "\(report.endpoint)") }
    }
}
