// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel
@testable import ResolutionSnapshot
@testable import ResolverSupport

/// A watched service that does not change for longer than the stale limit.
struct ConfirmationTests {
    private static let strategies: [ServiceResolver.Configuration.Strategy] = [.http, .automatic]

    @Test(arguments: strategies)
    func `Endpoints of a quiet service are as old as the last confirmation when Consul fails`(
        strategy: ServiceResolver.Configuration.Strategy
    ) async throws {
        try await withQuietService(strategy) { quiet in
            for _ in 0..<3 {
                quiet.clock.advance(by: .seconds(3000))
                try await quiet.confirm()
            }
            quiet.clock.advance(by: .seconds(50))
            let lookup = try await quiet.resolver.resolve("web")
            #expect(lookup.endpoints.count == 2 && !lookup.isStale && lookup.age <= .seconds(50))
            await quiet.http.stop()
            let stale = try await quiet.updates.next()
            #expect(stale.endpoints.count == 2 && stale.isStale && stale.age <= .seconds(50))
        }
    }

    @Test(arguments: strategies)
    func `A watch that keeps failing drops its endpoints at the stale limit`(
        strategy: ServiceResolver.Configuration.Strategy
    ) async throws {
        try await withQuietService(strategy) { quiet async throws in
            // After the TTL; before its end, a failure changes nothing.
            quiet.clock.advance(by: .seconds(2))
            await quiet.http.stop()
            #expect(try await quiet.updates.next().isStale)
            quiet.clock.advance(by: .seconds(3601))
            #expect(try await quiet.updates.next().isUnknown)
        }
    }

    @Test func `The snapshot of a quiet service is renewed`() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/snapshot"
            try await withQuietService(.http, configure: { $0.snapshot = .init(path: path) }) { quiet in
                let writing = Duration.seconds(5)
                try await quiet.clock.waitForSleepers(1)
                quiet.clock.advance(by: writing)
                try await eventually("the first snapshot") { FileManager.default.fileExists(atPath: path) }
                try FileManager.default.removeItem(atPath: path)
                // Confirmations alone are written 24 times in the life of a snapshot. The first write may end after the
                // clock has been moved, and the interval starts at its end; then the next confirmation is the one that
                // is due.
                var isDue = false
                for _ in 0..<3 where !isDue {
                    quiet.clock.advance(by: ServiceResolver.Configuration.Snapshot(path: path).maximumAge / 4)
                    try await quiet.confirm()
                    isDue = (try? await quiet.clock.waitForSleepers(1)) != nil
                }
                quiet.clock.advance(by: writing)
                try await eventually("the second snapshot") { FileManager.default.fileExists(atPath: path) }
                let stored = quiet.resolver.cache.snapshot(at: 1_000_000)
                #expect(stored.count == 1 && stored.allSatisfy { $0.givenAt >= 999_995 })
            }
        }
    }

    // MARK: A watched service

    /// Two instances, and a server that decides when a blocking query returns.
    private struct QuietService {
        let clock: ManualClock
        let resolver: ServiceResolver
        let updates: UpdateReader
        let http: ScriptedHTTPServer
        fileprivate let server: WatchedServer

        /// Lets Consul answer the blocking query without a change, and waits until the resolver has the answer.
        func confirm() async throws {
            try await server.confirm()
            let cached = resolver.cache.slot(for: ServiceRequest("web"))
            try await eventually("the confirmation") { cached.lastGood?.age == .zero }
        }
    }

    /// The server's side, with one gate for each blocking query.
    private final class WatchedServer: Sendable {
        private let gates = WatchedValue<[Gate]>([])

        func steps(for request: ScriptedHTTPRequest) -> [ScriptedHTTPStep] {
            let index = request.parameter("index").flatMap { UInt64($0) }
            let reply = ConsulReply.health(HealthEntry.instances(of: "web", count: 2), index: (index ?? 9) + 1)
            guard index != nil else { return [.reply(reply)] }
            let gate = Gate()
            gates.update { $0.append(gate) }
            return .reply(reply, after: gate)
        }

        /// Answers the blocking query that is pending.
        func confirm() async throws {
            let held = try await gates.wait("a blocking query", within: .seconds(30)) { !$0.isEmpty }
            gates.update { $0.removeFirst(held.count) }
            for gate in held { gate.release() }
        }
    }

    private func withQuietService(
        _ strategy: ServiceResolver.Configuration.Strategy,
        configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
        _ body: (QuietService) async throws -> Void
    ) async throws {
        let server = WatchedServer()
        let failure: ScriptedDNSServer.Script = { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
        try await withScriptedDNSServer(script: failure) { dns in
            try await withScriptedHTTPServer(script: { server.steps(for: $0) }) { http in
                let clock = ManualClock()
                var configuration = ServiceResolver.Configuration.forTests(ports: [dns.port])
                configuration.strategy = strategy
                configuration.cache = .init()
                configuration.http.address = ConsulHTTPAddress(.loopback(http.port), usesTLS: false)
                configuration.http.retry.maximumAttempts = 1
                configure(&configuration)
                let resolver = try ServiceResolver(configuration: configuration, logger: nil, time: TimeSource(clock))
                let updates = UpdateReader(resolver.service("web", updating: .watch).updates)
                let result: Result<Void, any Error>
                do {
                    _ = try await updates.next { $0.endpoints.count == 2 && !$0.isStale }
                    let quiet = QuietService(
                        clock: clock,
                        resolver: resolver,
                        updates: updates,
                        http: http,
                        server: server
                    )
                    result = .success(try await body(quiet))
                } catch {
                    result = .failure(error)
                }
                await updates.stop()
                await resolver.shutdown()
                try result.get()
            }
        }
    }
}
