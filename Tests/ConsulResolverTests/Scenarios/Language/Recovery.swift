// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver

/// Looks the service up every second until the expectation is met. The moment at which a dead server is queried again
/// partly depends on real time.
struct Recovery: ScenarioStep {
    let sourceLocation: SourceLocation
    private let expectation: Expectation
    private let seconds: Int

    init(to expectation: Expectation, within seconds: Int = 10, sourceLocation: SourceLocation = #_sourceLocation) {
        self.expectation = expectation
        self.seconds = seconds
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        var found = try await stage.resolver.resolve("web")
        for _ in 0..<seconds where !expectation.isMet(by: found) {
            try await stage.settle()
            stage.clock.advance(by: .seconds(1))
            found = try await stage.resolver.resolve("web")
        }
        stage.check(found, expectation, at: sourceLocation)
        try await stage.settle()
    }
}
