// SPDX-License-Identifier: Apache-2.0

import Testing

/// One line of a scenario: a lookup, an answer from now on, the passage of time or an expectation.
protocol ScenarioStep {
    /// The line that an issue is reported at.
    var sourceLocation: SourceLocation { get }

    /// Plays the line.
    func play(on stage: ScenarioStage) async throws
}
