// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver

/// Something is remembered from an earlier life of the process.
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
        var old = Resolution.endpoints(ports)
        (old.age, old.isStale) = (age, true)
        stage.resolver.cache.service(for: ServiceRequest("web")).recall(old)
    }
}
