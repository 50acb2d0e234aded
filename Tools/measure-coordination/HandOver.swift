// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import NIOConcurrencyHelpers
import TestSupport

/// Fifty programs that wait for one lock, which is passed from one to the next.
enum HandOver {
    private static let waiters = 50

    /// A turn of one holder, and the number of requests of all programs when it ended.
    private struct Turn: Sendable {
        var begin: ContinuousClock.Instant
        var end: ContinuousClock.Instant
        var requests: Int
    }

    @Sendable static func run() async throws -> [Figure] {
        try await measure("any order", .any, aims: ("median at most 30 ms", "at most 60"))
            + measure("first in, first out", .fair, aims: ("median at most 10 ms", ""))
    }

    private static func measure(
        _ name: String,
        _ order: LockOptions.Order,
        aims: (time: String, requests: String)
    ) async throws -> [Figure] {
        let turns = try await withConsulAgent { agent in
            let requests = NIOLockedValueBox(0)
            return try await withByteRelay(
                upstreamPort: agent.ports.http,
                observing: { _ in requests.withLockedValue { $0 += 1 } }
            ) { relay in
                let waiting = WatchedValue<Set<Int>>([])
                let isReleased = WatchedValue(false)
                let turns = WatchedValue<[Turn]>([])
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0...waiters {
                        if number == 1 {
                            try await waiting.wait("the first holder", within: .seconds(60)) { $0.count == 1 }
                        }
                        // A client of its own, as another program: the tasks of one client wait in line without requests.
                        group.addTask {
                            var options = LockOptions.quick(timeToLive: .seconds(3600))
                            options.order = order
                            options.onWait = { _ in waiting.update { _ = $0.insert(number) } }
                            try await withConsul(port: relay.port) { [options] consul in
                                try await consul.withLock("hand-over", options) { _ in
                                    let begin = ContinuousClock.now
                                    waiting.update { _ = $0.insert(number) }
                                    try await isReleased.wait("all waiters", within: .seconds(120)) { $0 }
                                    // Long enough for the requests of the hand-over to end.
                                    try await Task.sleep(for: .milliseconds(400))
                                    let count = requests.withLockedValue { $0 }
                                    turns.update { $0.append(Turn(begin: begin, end: .now, requests: count)) }
                                }
                            }
                        }
                    }
                    try await waiting.wait("all waiters", within: .seconds(120)) { $0.count == waiters + 1 }
                    try await Task.sleep(for: .seconds(2))
                    isReleased.update { $0 = true }
                    try await group.waitForAll()
                }
                return turns.current.sorted { $0.begin < $1.begin }
            }
        }
        let pairs = zip(turns, turns.dropFirst())
        let times = Times(pairs.map { $0.end.duration(to: $1.begin) })
        let counts = pairs.map { $1.requests - $0.requests }
        let subject = "release until the next of \(waiters) waiters holds, \(name)"
        return [
            Figure(
                subject: subject,
                value: "median \(times.median.milliseconds), p90 \(times.percentile(0.9).milliseconds)",
                aim: aims.time
            ),
            Figure(
                subject: "requests of all programs for one hand-over, \(name)",
                value: "\(counts.first ?? 0) with \(waiters) waiters, \(counts[counts.count / 2]) with \(waiters / 2), "
                    + "\(counts.last ?? 0) with 1",
                aim: aims.requests
            ),
        ]
    }
}
