// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// A watch of what agents of several versions answered.
@Suite struct RecordedWatchTests {
    @Test(arguments: Recording.versions)
    func `Every change is told, and none as stale`(version: String) async throws {
        try await withReplayedAgent(version: version) { agent in
            try await withResolver(dns: 1, http: agent.http.port) { configuration in
                configuration.strategy = .http
            } _: { resolver in
                try await withUpdates(of: resolver.service("web", updating: .watch)) { updates in
                    #expect(try await updates.next().isEmpty)
                    // Four were registered by then, and one of them is critical.
                    for count in [1, 2, 3] {
                        let update = try await updates.next()
                        #expect(update.endpoints.count == count && update.isComplete && !update.isStale, "\(count)")
                    }
                }
            }
        }
    }
}
