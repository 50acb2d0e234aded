// SPDX-License-Identifier: Apache-2.0

import Testing

/// One line of a scenario: something that is asked, that is answered from now on, that passes or that is expected.
protocol ScenarioStep {
    /// The line, for whoever has to find out why it is not true.
    var sourceLocation: SourceLocation { get }

    /// Does what the line says.
    func play(on stage: ScenarioStage) async throws
}
