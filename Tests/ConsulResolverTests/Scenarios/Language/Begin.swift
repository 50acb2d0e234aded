// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache

/// Starts a lookup while a server holds back its answers, and goes on when the lookup waits.
struct Begin: ScenarioStep {
    let sourceLocation: SourceLocation
    private let lookup: String
    private let timeout: Duration?

    /// - Parameters:
    ///   - lookup: The name that ``End`` uses.
    ///   - timeout: The timeout of the lookup.
    init(_ lookup: String = "lookup", timeout: Duration? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        self.lookup = lookup
        self.timeout = timeout
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        let (resolver, clock, timeout) = (stage.resolver, stage.clock, timeout)
        let (before, sleepers) = (resolver.cache.tally.lookups, clock.sleeperCount)
        let (wasIdle, held) = (resolver.cache.isIdle, stage.held)
        stage.lookups[lookup] = Task { try await resolver.resolve("web", timeout: timeout) }
        try await stage.waitUntil("the lookup has begun") {
            resolver.cache.tally.lookups > before && (timeout == nil || clock.sleeperCount > sleepers)
        }
        if wasIdle { try await stage.waitForQuestion(held: held) }
    }
}
