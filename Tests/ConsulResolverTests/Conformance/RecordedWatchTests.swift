// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// A watch of the recorded answers of several Consul versions.
@Suite struct RecordedWatchTests {
    /// The replay answers at once where the agent took seconds. Subscribers see the newest state only, so they may miss
    /// one.
    @Test(arguments: Recording.versions)
    func `A watch reports changes in their order, and never as stale`(version: String) async throws {
        try await withReplayedAgent(version: version) { agent in
            try await withResolver(dns: 1, http: agent.http.port) { configuration in
                configuration.strategy = .http
            } _: { resolver in
                try await withUpdates(of: resolver.service("web", updating: .watch)) { updates in
                    #expect(try await updates.next().isEmpty)
                    // Four instances are registered in the end, and one of them is critical.
                    var counts: [Int] = []
                    while counts.last ?? 0 < 3 {
                        let update = try await updates.next()
                        #expect(!update.isStale)
                        counts.append(update.endpoints.count)
                    }
                    #expect(counts == counts.sorted())
                }
            }
        }
    }
}
