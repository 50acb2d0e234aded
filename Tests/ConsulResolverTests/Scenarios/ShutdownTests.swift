// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSnapshot
@testable import ResolverSupport

/// Operations that hang during shutdown. Each test fails by its deadline if the shutdown waits for them.
struct ShutdownTests {
    /// Far more than three times ``part``, even on the busiest machine.
    private static let deadline = Duration.seconds(60)
    private static let part = Duration.milliseconds(100)

    @Test
    func `A shutdown does not wait for a token provider that ignores its cancellation`() async throws {
        let provider = HangingProvider()
        defer { provider.release() }
        var configuration = ServiceResolver.Configuration()
        configuration.strategy = .http
        configuration.http.token = .provider { await provider.token() }
        let resolver = try ServiceResolver(configuration: configuration)
        let follower = Task { for await _ in resolver.service("web", updating: .watch).updates {} }
        let lookup = Task { try await resolver.resolve("web") }
        try await provider.calls.wait("two calls of the provider", within: Self.deadline) { $0 >= 2 }
        try await withDeadline(Self.deadline, "the shutdown") { await resolver.shutdown(waitingAtMost: Self.part) }
        follower.cancel()
        lookup.cancel()
    }

    @Test
    func `A shutdown does not wait for a writer that keeps the snapshot's file locked`() async throws {
        try await withTemporaryDirectory { directory in
            let file = SnapshotFile(path: directory + "/snapshot")
            let descriptor = open(file.temporaryPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            try #require(flock(descriptor, LOCK_EX) == 0)
            let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
            try await withScriptedDNSServer(script: script) { dns in
                var configuration = ServiceResolver.Configuration.forTests(ports: [dns.port])
                configuration.cache = .init()
                configuration.snapshot = .init(path: file.path)
                let log = RecordedLog()
                let resolver = try ServiceResolver(configuration: configuration, logger: log.logger)
                _ = try await resolver.resolve("web")
                try await withDeadline(Self.deadline, "the shutdown") {
                    await resolver.shutdown(waitingAtMost: Self.part)
                }
                #expect(log.lines.current.contains { $0.contains("the snapshot's file") })
            }
        }
    }

    @Test(
        arguments: ServiceResolver.Configuration.Strategy.allCases
    )
    func `A shutdown does not wait for silent servers`(strategy: ServiceResolver.Configuration.Strategy) async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { dns in
            try await withScriptedHTTPServer(script: { _ in [] }) { http in
                var configuration = ServiceResolver.Configuration.forTests(ports: [dns.port])
                configuration.strategy = strategy
                configuration.cache = .init()
                configuration.http.address = ConsulHTTPAddress(.loopback(http.port), usesTLS: false)
                let resolver = try ServiceResolver(configuration: configuration)
                let lookup = Task { try await resolver.resolve("web") }
                try await eventually("a query") { dns.queries.count + http.requests.count > 0 }
                // The usual shutdown ends by itself: its time limit is longer than the deadline of the test.
                try await withDeadline(Self.deadline, "the shutdown") {
                    await resolver.shutdown(waitingAtMost: Self.deadline * 2)
                }
                await #expect(throws: (any Error).self) { try await lookup.value }
            }
        }
    }

    @Test func `A shutdown completes in a task that is canceled`() async throws {
        let resolver = try ServiceResolver(configuration: .forTests(ports: [1]))
        try await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await resolver.shutdown()
        }.value(within: Self.deadline)
        await #expect(throws: DNSClientError.self) { try await resolver.resolve("web") }
    }
}

/// Returns tokens when it is released, regardless of canceled tasks.
private final class HangingProvider: Sendable {
    private struct State {
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isReleased = false
    }

    let calls = WatchedValue(0)
    private let state = NIOLockedValueBox(State())

    func token() async -> String {
        calls.update { $0 += 1 }
        await withCheckedContinuation { continuation in
            let isReleased = state.withLockedValue { state in
                if !state.isReleased { state.waiting.append(continuation) }
                return state.isReleased
            }
            if isReleased { continuation.resume() }
        }
        return "token"
    }

    func release() {
        let waiting = state.withLockedValue { state in
            state.isReleased = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
