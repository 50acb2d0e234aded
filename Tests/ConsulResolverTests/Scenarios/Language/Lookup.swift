// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver

/// Somebody looks the service up, and finds something without having to wait for time to pass.
struct Lookup: ScenarioStep {
    let sourceLocation: SourceLocation
    private let expectation: Expectation
    private let dns: Count?
    private let http: Count?

    /// - Parameters:
    ///   - dns: How many messages have come over DNS since they were last counted, this lookup's included.
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
