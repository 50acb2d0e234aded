// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import Foundation
import NIOConcurrencyHelpers
import TestSupport

/// Holders whose network becomes silent, and rivals on the other side of it. `consul lock` is one of the holders.
enum CutOff {
    private static let holders = 10

    private struct Case: Sendable {
        /// The time from the last renewal that was sent until the body was canceled.
        var canceled: Duration
        /// The time from then until a rival acquired the lock.
        var margin: Duration
    }

    @Sendable static func run() async throws -> [Figure] {
        try await withConsulAgent { agent in
            let renewals = NIOLockedValueBox<[String: ContinuousClock.Instant]>([:])
            let observe: @Sendable (String) -> Void = { line in
                let path = line.split(separator: " ").last?.split(separator: "?").first ?? ""
                guard path.hasPrefix("/v1/session/renew/") else { return }
                renewals.withLockedValue { $0[String(path.split(separator: "/").last ?? "")] = .now }
            }
            return try await withByteRelay(upstreamPort: agent.ports.http, observing: observe) { relay in
                let silence = WatchedValue<ContinuousClock.Instant?>(nil)
                return try await withThrowingTaskGroup(of: Case?.self) { group in
                    for number in 0..<holders {
                        group.addTask {
                            try await ours("cut-off/\(number)", relay, agent, silence) { id in
                                renewals.withLockedValue { $0[id] }
                            }
                        }
                    }
                    async let peer = consulLock(relay, agent, silence)
                    // Each session is renewed several times before the network becomes silent, each at another phase.
                    try await Task.sleep(for: .seconds(12))
                    try await relay.set(.silent)
                    silence.update { $0 = .now }
                    var cases: [Case] = []
                    for try await one in group { if let one { cases.append(one) } }
                    return try await figures(cases) + peer
                }
            }
        }
    }

    private static func figures(_ cases: [Case]) -> [Figure] {
        let canceled = Times(cases.map(\.canceled))
        let margins = Times(cases.map(\.margin))
        return [
            Figure(
                subject: "a silent network, time to live 10 s: from the last renewal sent to the body's cancellation",
                value: "\(canceled.median.seconds), at most \(canceled.greatest.seconds) (\(canceled.count) holders)",
                aim: "at most 10 s"
            ),
            Figure(
                subject: "from the body's cancellation to the rival's acquisition",
                value: "at least \(margins.least.seconds)",
                aim: "above 0"
            ),
        ]
    }

    private static func ours(
        _ key: String,
        _ relay: ByteRelay,
        _ agent: ConsulAgent,
        _ silence: WatchedValue<ContinuousClock.Instant?>,
        _ renewal: @escaping @Sendable (String) -> ContinuousClock.Instant?
    ) async throws -> Case? {
        let options = LockOptions.quick(timeToLive: .seconds(10), lockDelay: .seconds(15))
        let loss = WatchedValue<(renewed: ContinuousClock.Instant, canceled: ContinuousClock.Instant)?>(nil)
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<3000)))
        async let held: Void = withConsul(port: relay.port) { consul in
            _ = try? await consul.withLock(key, options) { lock in
                try? await Task.sleep(for: .seconds(600))
                let canceled = ContinuousClock.now
                loss.update { $0 = renewal(lock.session).map { ($0, canceled) } }
            }
        }
        try await silence.wait("the silence", within: .seconds(60)) { $0 != nil }
        let acquired = try await withConsul(port: agent.ports.http) { consul in
            try await consul.withLock(key, options) { _ in ContinuousClock.now }
        }
        try await held
        guard let loss = loss.current else { throw Failure("the holder of \(key) never renewed its session") }
        return Case(canceled: loss.renewed.duration(to: loss.canceled), margin: loss.canceled.duration(to: acquired))
    }

    /// Measures the command of a shell under `consul lock`, which is Consul's client in Go.
    private static func consulLock(
        _ relay: ByteRelay,
        _ agent: ConsulAgent,
        _ silence: WatchedValue<ContinuousClock.Instant?>
    ) async throws -> [Figure] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).pid")
        defer { try? FileManager.default.removeItem(at: file) }
        let process = try agent.startConsul(
            "lock",
            "cut-off/go",
            "echo $$ > \(file.path); exec sleep 600",
            through: relay.port
        )
        defer { process.terminate() }
        let child = try await asking("the command of consul lock", within: .seconds(30)) {
            (try? String(contentsOf: file, encoding: .utf8)).flatMap { Int32($0.dropLast()) }
        }
        defer { kill(child, SIGKILL) }
        guard let silent = try await silence.wait("the silence", within: .seconds(60), until: { $0 != nil }) else {
            return []
        }
        async let acquired = withConsul(port: agent.ports.http) { consul in
            try await consul.withLock("cut-off/go/.lock", .quick(timeToLive: .seconds(10))) { _ in ContinuousClock.now }
        }
        let limit = Duration.seconds(180)
        var ended: Duration?
        while ended == nil, silent.duration(to: .now) < limit {
            // Signal 0 only asks whether the process exists.
            if kill(child, 0) != 0 { ended = silent.duration(to: .now) }
            try await Task.sleep(for: .milliseconds(20))
        }
        let rival = silent.duration(to: try await acquired)
        return [
            Figure(
                subject: "the same with `consul lock` (Go client, time to live 15 s): from the silence on",
                value: "its command ended after \(ended?.seconds ?? "more than \(limit.seconds)"), "
                    + "a rival held the lock after \(rival.seconds)"
            )
        ]
    }
}
