// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import TestSupport

/// The requests of a program that only holds its locks.
enum IdleHolder {
    private static let locks = 20
    private static let timeToLive = Duration.seconds(15)
    private static let time = Duration.seconds(60)

    @Sendable static func run() async throws -> [Figure] {
        let own = try await requests { consul, number, isHeld in
            try await consul.withLock("idle/\(number)", .quick(timeToLive: timeToLive)) { _ in try await isHeld() }
        }
        let shared = try await requests { consul, number, isHeld in
            guard number == 0 else { return }
            let keys = (0..<locks).map { "idle/\($0)" }
            try await consul.withLocks(keys, .quick(timeToLive: timeToLive)) { _ in
                for _ in keys.dropFirst() { Task { try? await isHeld() } }
                try await isHeld()
            }
        }
        let expected = { (sessions: Int) in "\(sessions * Int(time / (timeToLive / 3))) renewals" }
        return [
            Figure(
                subject: "requests in \(time.seconds) of \(locks) idle locks with a session each, time to live 15 s",
                value: own,
                aim: "\(expected(locks)), blocking queries"
            ),
            Figure(
                subject: "the same, \(locks) locks with one session (`withLocks`)",
                value: shared,
                aim: "\(expected(1)), blocking queries"
            ),
        ]
    }

    /// Counts the requests while the locks are held.
    private static func requests(
        _ hold:
            @escaping @Sendable (ConsulHTTPClient, Int, @escaping @Sendable () async throws -> Void) async throws ->
            Void
    ) async throws -> String {
        try await withConsulAgent { agent in
            let lines = WatchedValue<[String]>([])
            return try await withByteRelay(
                upstreamPort: agent.ports.http,
                observing: { line in lines.update { $0.append(line) } }
            ) { relay in
                try await withConsul(port: relay.port) { consul in
                    let held = WatchedValue(0)
                    return try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<locks {
                            group.addTask {
                                try? await hold(consul, number) {
                                    held.update { $0 += 1 }
                                    try await Task.sleep(for: .seconds(600))
                                }
                            }
                        }
                        try await held.wait("all locks", within: .seconds(60)) { $0 == locks }
                        // The queries that wait for a loss begin at once.
                        try await Task.sleep(for: .seconds(1))
                        let before = lines.current.count
                        try await Task.sleep(for: time)
                        let seen = lines.current.dropFirst(before)
                        group.cancelAll()
                        let renewals = seen.count { $0.contains("/v1/session/renew/") }
                        let queries = seen.count { $0.contains("index=") }
                        return
                            "\(renewals) renewals, \(queries) blocking queries, \(seen.count - renewals - queries) others"
                    }
                }
            }
        }
    }
}
