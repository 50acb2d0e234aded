// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel
@testable import ResolutionSnapshot

/// Adds an answer that an earlier process has stored.
struct Recall: ScenarioStep {
    let sourceLocation: SourceLocation
    private let ports: [UInt16]
    private let age: Duration

    init(_ ports: UInt16..., aged age: Duration, sourceLocation: SourceLocation = #_sourceLocation) {
        self.ports = ports
        self.age = age
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        let endpoints = Resolution.endpoints(ports).endpoints
        let old = StoredAnswer(endpoints: endpoints, isComplete: true, age: age, givenAt: 0)
        stage.resolver.cache.recollection.withLockedValue { $0.stored[ServiceRequest("web")] = old }
    }
}
