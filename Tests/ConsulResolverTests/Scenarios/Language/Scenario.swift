// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// Plays a scenario: what Consul answers and when, what is looked up, what is to come of it.
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
/// The resolver, its sockets and the servers are real; TTLs, pauses and holds go by a clock that only ``Advance`` moves.
/// After each line everything that was asked has been answered, unless the line before has told a server to wait. The
/// scenario ends with the first line that cannot be played; a line that is played and not true is noted.
///
/// - Parameters:
///   - strategy: Which of the two servers are asked.
///   - configure: Changes the defaults, which are those of a resolver without a configuration as far as the cache goes.
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
