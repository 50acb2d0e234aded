// SPDX-License-Identifier: Apache-2.0

import Testing

/// Waits for the next update of a stream.
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
            return stage.note("there is no follower \(follower)", at: sourceLocation)
        }
        stage.check(try await updates.next(within: .seconds(20)), expectation, at: sourceLocation)
    }
}
