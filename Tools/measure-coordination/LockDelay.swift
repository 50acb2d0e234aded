// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport

/// Waiters for locks whose holders were lost, so that Consul imposes the lock-delay.
enum LockDelay {
    private static let delay = Duration.seconds(5)

    @Sendable static func run() async throws -> [Figure] {
        try await withConsulAgent { agent in
            let times = try await withThrowingTaskGroup(of: Duration.self) { group in
                for number in 0..<20 {
                    group.addTask { try await acquire("lock-delay/\(number)", agent) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let late = Times(times)
            return [
                Figure(
                    subject: "from the end of a lock-delay of \(delay.seconds) to the waiter's acquisition",
                    value: "median \(late.median.seconds), at most \(late.greatest.seconds) (\(late.count) waiters)",
                    aim: "at most 1 s"
                )
            ]
        }
    }

    private static func acquire(_ key: String, _ agent: ConsulAgent) async throws -> Duration {
        try await withConsul(port: agent.ports.http) { consul in
            try await withConsul(port: agent.ports.http) { other in
                let holder = WatchedValue<String?>(nil)
                let isWaiting = WatchedValue(false)
                var waiting = LockOptions.quick(timeToLive: .seconds(30), lockDelay: delay)
                waiting.onWait = { _ in isWaiting.update { $0 = true } }
                let options = waiting
                async let lost: Void? = try? other.withLock(key, options) { lock in
                    holder.update { $0 = lock.session }
                    try await Task.sleep(for: .seconds(60))
                }
                let session = try await holder.wait("the holder", within: .seconds(20)) { $0 != nil }
                async let acquired = consul.withLock(key, options) { _ in ContinuousClock.now }
                try await isWaiting.wait("the waiter", within: .seconds(20)) { $0 }
                // Consul begins the delay before it answers, so the end of the delay is earlier than assumed here.
                try await consul.sessions.destroy(session ?? "")
                let end = ContinuousClock.now + delay
                let late = end.duration(to: try await acquired)
                _ = await lost
                return late
            }
        }
    }
}
