// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// Waits for the end of a lookup that has begun.
struct End: ScenarioStep {
    let sourceLocation: SourceLocation
    private let lookup: String
    private let expectation: Expectation

    /// - Parameter lookup: The name that ``Begin`` was given.
    init(
        _ expectation: Expectation,
        of lookup: String = "lookup",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        self.lookup = lookup
        self.expectation = expectation
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        guard let task = stage.lookups.removeValue(forKey: lookup) else {
            return stage.note("no lookup \(lookup) has begun", at: sourceLocation)
        }
        let found = try await withDeadline(.seconds(20), "the lookup to end") { try await task.value }
        stage.check(found, expectation, at: sourceLocation)
        try await stage.settle()
    }
}
