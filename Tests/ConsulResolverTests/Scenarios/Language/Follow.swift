// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

/// Somebody begins to follow the service.
struct Follow: ScenarioStep {
    let sourceLocation: SourceLocation
    private let follower: String

    /// - Parameter follower: What ``Update`` calls him.
    init(_ follower: String = "follower", sourceLocation: SourceLocation = #_sourceLocation) {
        self.follower = follower
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        stage.followers[follower] = UpdateReader(stage.resolver.service("web").updates)
        try await stage.settle()
    }
}
