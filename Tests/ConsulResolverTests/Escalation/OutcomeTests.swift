// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Foundation
import TestSupport
import Testing

@testable import ResolutionModel

struct OutcomeTests {
    @Test(arguments: OutcomeTable.DNSState.allCases)
    func `The outcome of a lookup is the one in the table`(dnsState: OutcomeTable.DNSState) async throws {
        try await withScriptedDNSServer(script: { dnsState.steps(for: $0) }) { dns in
            if dnsState == .closed { await dns.stop() }
            var cells = [dnsState.rawValue]
            for httpState in OutcomeTable.HTTPState.allCases {
                try await withScriptedHTTPServer(script: httpState.script) { http in
                    if httpState == .down { await http.stop() }
                    let resolution = try await withResolver(dns: dns.port, http: http.port) {
                        try await $0.resolve("web")
                    }
                    cells.append(resolution.summary)
                    checkStory(resolution, dnsState, httpState)
                }
            }
            #expect("| \(cells.joined(separator: " | ")) |" == OutcomeTable.row(dnsState))
        }
    }

    /// Checks that an unknown outcome describes the failures of both sources.
    private func checkStory(
        _ resolution: Resolution,
        _ dnsState: OutcomeTable.DNSState,
        _ httpState: OutcomeTable.HTTPState
    ) {
        guard let failure = resolution.failure else { return }
        let story = "\(failure)"
        // DNS did answer if its answer was empty; then only the denial is described.
        if dnsState != .empty { #expect(story.contains("UDP"), "\(story)") }
        #expect(story.contains("/v1/health/service/web"), "\(story)")
        switch httpState {
        case .denied: #expect(resolution.failureCodes.contains(.accessDenied))
        case .failure: #expect(resolution.failureCodes.contains(.serverFailure))
        case .down: #expect(resolution.failureCodes.contains(.connectionFailed))
        default: #expect(resolution.failureCodes.contains(.timedOut))
        }
    }

    @Test func `The documentation has the same table of outcomes`() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
        let text = try String(contentsOf: package.appendingPathComponent("docs/architecture.md"), encoding: .utf8)
        #expect(text.contains(OutcomeTable.text))
    }
}
