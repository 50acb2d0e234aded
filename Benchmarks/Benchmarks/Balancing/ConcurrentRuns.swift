// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Runs of the same work in one or two threads, of which those count during which all threads were running.
///
/// On a busy machine, the system often runs one of two threads while the other one waits. Such runs say nothing about
/// contention. So each run has ten parts, each thread counts its parts, and a run is valid if the other thread has made
/// about as many meanwhile.
final class ConcurrentRuns: Sendable {
    private let parts: [Counter]

    /// - Parameter threads: One or two.
    init(threads: Int) {
        parts = (0..<threads).map { _ in Counter() }
    }

    /// Returns the nanoseconds of 101 valid runs; fewer if there are not so many among a hundred times as many.
    func nanoseconds(in thread: Int, _ part: () -> Void) -> [Double] {
        let other = parts.count > 1 ? parts[1 - thread] : nil
        var times: [Double] = []
        for _ in 0..<10_100 where times.count < 101 {
            let before = other?.count ?? 0
            let start = ContinuousClock.now
            for _ in 0..<10 {
                part()
                parts[thread].add()
            }
            let time = start.duration(to: .now) / .nanoseconds(1)
            let meanwhile = (other?.count ?? 10) - before
            if (7...14).contains(meanwhile) { times.append(time) }
        }
        return times
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)

        var count: Int { value.load(ordering: .relaxed) }

        func add() { value.wrappingAdd(1, ordering: .relaxed) }
    }
}
