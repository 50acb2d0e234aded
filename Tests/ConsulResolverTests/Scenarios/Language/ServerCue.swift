// SPDX-License-Identifier: Apache-2.0

import Testing

/// A change of a server's behavior.
struct ServerCue: ScenarioStep {
    let sourceLocation: SourceLocation
    let action: (ScenarioStage) async throws -> Void

    func play(on stage: ScenarioStage) async throws {
        try await action(stage)
        try await stage.settle()
    }
}
