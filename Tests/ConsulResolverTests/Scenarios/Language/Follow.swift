// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

/// Starts an update stream of the service.
struct Follow: ScenarioStep {
    let sourceLocation: SourceLocation
    private let follower: String

    /// - Parameter follower: The name that ``Update`` uses.
    init(_ follower: String = "follower", sourceLocation: SourceLocation = #_sourceLocation) {
        self.follower = follower
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        stage.followers[follower] = UpdateReader(stage.resolver.service("web").updates)
        try await stage.settle()
    }
}
