// SPDX-License-Identifier: Apache-2.0

import Testing

/// Who follows the service is told something.
struct Update: ScenarioStep {
    let sourceLocation: SourceLocation
    private let follower: String
    private let expectation: Expectation

    init(
        _ expectation: Expectation,
        to follower: String = "follower",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        self.follower = follower
        self.expectation = expectation
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        guard let updates = stage.followers[follower] else {
            return stage.note("nobody follows as \(follower)", at: sourceLocation)
        }
        stage.check(try await updates.next(within: .seconds(20)), expectation, at: sourceLocation)
    }
}
