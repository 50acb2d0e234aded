// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache

/// Looks the service up, and expects a resolution without advancing the clock.
struct Lookup: ScenarioStep {
    let sourceLocation: SourceLocation
    private let expectation: Expectation
    private let dns: Count?
    private let http: Count?

    /// - Parameters:
    ///   - dns: The number of DNS messages since the last count, including this lookup's.
    ///   - http: The same for HTTP.
    init(
        _ expectation: Expectation,
        dns: Count? = nil,
        http: Count? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        self.expectation = expectation
        self.dns = dns
        self.http = http
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        let resolver = stage.resolver
        let (wasIdle, held) = (resolver.cache.isIdle, stage.held)
        let found = try await withDeadline(.seconds(20), "the lookup to end") { try await resolver.resolve("web") }
        stage.check(found, expectation, at: sourceLocation)
        if wasIdle { try await stage.waitForQuestion(held: held) }
        try await stage.settle()
        stage.check(dns: dns, http: http, at: sourceLocation)
    }
}
