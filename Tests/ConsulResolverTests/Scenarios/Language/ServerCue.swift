// SPDX-License-Identifier: Apache-2.0

import Testing

/// Something that a server does from now on.
struct ServerCue: ScenarioStep {
    let sourceLocation: SourceLocation
    let action: (ScenarioStage) async throws -> Void

    func play(on stage: ScenarioStage) async throws {
        try await action(stage)
        try await stage.settle()
    }
}
