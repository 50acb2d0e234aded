// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport

@testable import ConsulHTTP

/// A hub with a manual clock and a scripted Consul. Chance is always one half.
struct WatchBench: Sendable {
    let clock = ManualClock()
    let reads = ScriptedReads()
    let hub: WatchHub

    init(maximumLongPolls: Int = 100) {
        hub = WatchHub(maximumLongPolls: maximumLongPolls, time: TimeSource(clock), chance: { 0.5 })
    }

    func watch(_ question: String = "web", policy: WatchPolicy = WatchPolicy()) -> ConsulWatch<String> {
        hub.watch(question, policy: policy) { [reads] in try await reads.read($0) }
    }

    /// Returns a watch with checks that have a script of their own.
    func watch(_ question: String = "web", checks: ScriptedReads) -> ConsulWatch<String> {
        hub.watch(question) { [reads] in
            try await reads.read($0)
        } check: {
            try await checks.read(nil)
        }
    }

    /// Waits until the loops sleep, and advances the clock.
    func pass(_ time: Duration, sleepers: Int = 1) async throws {
        try await clock.waitForSleepers(sleepers)
        clock.advance(by: time)
    }
}

/// Runs a test on a bench, shuts down its hub, and checks that no loop is left.
func withWatchBench(
    maximumLongPolls: Int = 100,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (WatchBench) async throws -> Void
) async throws {
    let bench = WatchBench(maximumLongPolls: maximumLongPolls)
    try await use(bench, in: body) { bench in
        try await withDeadline(.seconds(20), "the hub to shut down") { await bench.hub.shutdown() }
    }
    try await bench.reads.waitUntilNothingIsUnderWay()
    try await withDeadline(.seconds(20), "the loops to leave") {
        while bench.hub.loopCount > 0 { try await Task.sleep(for: .milliseconds(1)) }
    }
}
