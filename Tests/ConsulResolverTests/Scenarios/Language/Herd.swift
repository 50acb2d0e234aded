// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel

/// Starts many lookups at the same moment: the server answers when all of them have begun.
struct Herd: ScenarioStep {
    let sourceLocation: SourceLocation
    private let size: Int
    private let expectation: Expectation
    private let dns: Count?

    init(
        _ size: Int,
        _ expectation: Expectation,
        dns: Count? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        self.size = size
        self.expectation = expectation
        self.dns = dns
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        let resolver = stage.resolver
        let before = resolver.cache.tally.lookups
        stage.dnsAnswers.hold()
        let lookups = (0..<size).map { _ in Task { try await resolver.resolve("web") } }
        try await stage.waitUntil("\(size) lookups have begun") { [size] in
            resolver.cache.tally.lookups == before + size
        }
        stage.dnsAnswers.release()
        var found: [Resolution] = []
        for lookup in lookups { found.append(try await lookup.value) }
        // One of the unexpected resolutions is enough to report.
        if let first = found.first(where: { !expectation.isMet(by: $0) }) {
            stage.check(first, expectation, at: sourceLocation)
        }
        try await stage.settle()
        stage.check(dns: dns, http: nil, at: sourceLocation)
    }
}
