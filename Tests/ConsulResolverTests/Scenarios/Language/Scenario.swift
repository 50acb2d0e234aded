// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// Plays a scenario: the answers of Consul and their times, the lookups, and the expected resolutions.
///
/// ```swift
/// try await scenario {
///     DNS.answers(.endpoints(1, 2, timeToLive: .seconds(10)))
///     DNS.answers(.serverFailure, from: .seconds(11), until: .seconds(40))
///     Lookup(.fresh(1, 2), dns: 1)
///     Advance(by: .seconds(12))
///     Lookup(.stale(1, 2).aged(.seconds(12)), dns: 1)
/// }
/// ```
///
/// The resolver, its sockets and the servers are real; TTLs, pauses and holds use a clock that only ``Advance`` moves.
/// After each line all pending queries have been answered, unless an earlier line has told a server to wait. The
/// scenario ends at the first line that throws; an expectation that is not met is recorded as an issue.
///
/// - Parameters:
///   - strategy: The servers that are queried.
///   - configure: Changes the defaults; those of the cache are the defaults of `ServiceResolver.Configuration`.
func scenario(
    strategy: ServiceResolver.Configuration.Strategy = .dns,
    configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
    @ScenarioBuilder _ steps: () -> [any ScenarioStep]
) async throws {
    let steps = steps()
    try await ScenarioStage.with(strategy: strategy, configure: configure) { stage in
        for step in steps {
            do {
                try await step.play(on: stage)
            } catch {
                stage.note("\(error)", at: step.sourceLocation)
                return
            }
        }
    }
}
