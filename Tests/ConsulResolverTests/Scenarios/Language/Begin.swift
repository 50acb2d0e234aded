// SPDX-License-Identifier: Apache-2.0

import Testing
import TestSupport

@testable import ConsulResolver

/// Somebody begins to look the service up while a server lets questions wait, and waits, too.
struct Begin: ScenarioStep {
    let sourceLocation: SourceLocation
    private let lookup: String
    private let timeout: Duration?

    /// - Parameters:
    ///   - lookup: What ``End`` calls it.
    ///   - timeout: How long to wait at most.
    init(_ lookup: String = "lookup", timeout: Duration? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        self.lookup = lookup
        self.timeout = timeout
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        let (resolver, clock, timeout) = (stage.resolver, stage.clock, timeout)
        let (before, sleepers) = (resolver.cache.tally, clock.sleeperCount)
        let held = stage.held
        stage.lookups[lookup] = Task { try await resolver.resolve("web", timeout: timeout) }
        try await stage.waitUntil("the lookup has begun") {
            resolver.cache.tally.lookups > before.lookups && (timeout == nil || clock.sleeperCount > sleepers)
        }
        try await stage.waitForQuestion(since: before, held: held)
    }
}
