// SPDX-License-Identifier: Apache-2.0

import Testing

/// Checks the number of queries since the last count.
struct Asked: ScenarioStep {
    let sourceLocation: SourceLocation
    private let dns: Count?
    private let http: Count?

    init(dns: Count? = nil, http: Count? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        self.dns = dns
        self.http = http
        self.sourceLocation = sourceLocation
    }

    func play(on stage: ScenarioStage) async throws {
        stage.check(dns: dns, http: http, at: sourceLocation)
    }
}
