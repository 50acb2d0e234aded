// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// Advances the clock.
struct Advance: ScenarioStep {
    let sourceLocation: SourceLocation
    private let duration: Duration

    init(by duration: Duration, sourceLocation: SourceLocation = #_sourceLocation) {
        self.duration = duration
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        stage.clock.advance(by: duration)
        try await stage.settle()
    }
}
