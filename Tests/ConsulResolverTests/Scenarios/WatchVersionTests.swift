// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// Watches of agents that answer blocking queries from a server (1.8) and from the streaming backend (1.10 and later).
struct WatchVersionTests {
    @Test(arguments: ScriptedAgent.Version.allCases)
    func `A watch reports every change in order, and never as stale`(version: ScriptedAgent.Version) async throws {
        try await withWatch(of: version, counts: [1, 2, 3, 2, 4]) { agent, http, updates in
            #expect(try await updates.next().endpoints.count == 1)
            for (number, count) in [2, 3, 2, 4].enumerated() {
                try await http.waitForRequest("a blocking query") { $0.parameter("index") == "\(10 + number)" }
                agent.advance()
                let update = try await updates.next(within: .seconds(4))
                #expect(update.endpoints.count == count && !update.isStale && update.isComplete)
                #expect(update.source == .http)
            }
        }
    }

    @Test(arguments: ScriptedAgent.Version.allCases)
    func `A leader's loss and return are reported while a blocking query is pending`(
        version: ScriptedAgent.Version
    ) async throws {
        try await withWatch(of: version, counts: [2, 3]) { agent, http, updates in
            #expect(try await updates.next().isStale == false)
            try await http.waitForRequest("a blocking query", where: \.waits)
            agent.change { $0.hasLeader = false }
            let stale = try await updates.next()
            #expect(stale.isStale && stale.endpoints.count == 2 && stale.lastContact == .milliseconds(7))
            agent.change { $0.hasLeader = true }
            let fresh = try await updates.next()
            #expect(!fresh.isStale && fresh.endpoints.count == 2)
            // The blocking query is still pending, so the next change is reported at once.
            agent.advance()
            #expect(try await updates.next(within: .seconds(4)).endpoints.count == 3)
            #expect(http.requests.count(where: \.waits) <= 2)
        }
    }

    @Test(arguments: ScriptedAgent.Version.allCases)
    func `A permission's loss and return are reported while a blocking query is pending`(
        version: ScriptedAgent.Version
    ) async throws {
        try await withWatch(of: version, counts: [2, 3]) { agent, http, updates in
            #expect(try await updates.next().isStale == false)
            try await http.waitForRequest("a blocking query", where: \.waits)
            agent.change { $0.sight = .nothing }
            let stale = try await updates.next { $0.isStale }
            #expect(stale.endpoints.count == 2)
            agent.change { $0.sight = .all }
            let fresh = try await updates.next { !$0.isStale }
            #expect(fresh.endpoints.count == 2)
            // If the answer itself reports that ACLs have filtered it, no further request about permissions is sent.
            let isAuthorizeAsked = http.requests.contains { $0.path == "/v1/internal/acl/authorize" }
            #expect(isAuthorizeAsked == (version == .serverBackend))
        }
    }

    @Test(arguments: ScriptedAgent.Version.allCases)
    func `A token's deletion and return are reported while a blocking query is pending`(
        version: ScriptedAgent.Version
    ) async throws {
        try await withWatch(of: version, counts: [2, 3]) { agent, http, updates in
            #expect(try await updates.next().isStale == false)
            try await http.waitForRequest("a blocking query", where: \.waits)
            agent.change { $0.sight = .unknownToken }
            let stale = try await updates.next { $0.isStale }
            #expect(stale.endpoints.count == 2 && stale.doubt == nil)
            agent.change { $0.sight = .all }
            #expect(try await updates.next { !$0.isStale }.endpoints.count == 2)
        }
    }

    @Test func `Instances that ACLs filter out are not taken for removed`() async throws {
        try await withWatch(of: .streamingBackend, counts: [3, 4]) { agent, http, updates in
            #expect(try await updates.next().isComplete)
            try await http.waitForRequest("a blocking query", where: \.waits)
            agent.change { $0.sight = .allBut(1) }
            let part = try await updates.next { !$0.isComplete }
            #expect(part.endpoints.count == 3)
            agent.change { $0.sight = .all }
            let whole = try await updates.next { $0.isComplete }
            #expect(whole.endpoints.count == 3 && !whole.isStale)
        }
    }

    @Test
    func `An empty answer of the streaming backend empties no service while ACLs may be the reason`() async throws {
        try await withWatch(of: .streamingBackend, counts: [2, 3, 0]) { agent, http, updates in
            #expect(try await updates.next().endpoints.count == 2)
            // The blocking query is answered before any other answer could report the loss.
            agent.change { $0.sight = .nothing }
            try await http.waitForRequest("a blocking query", where: \.waits)
            agent.advance()
            let stale = try await updates.next { $0.isStale || $0.isEmpty }
            #expect(stale.endpoints.count == 2)
            agent.change { $0.sight = .all }
            #expect(try await updates.next { !$0.isStale }.endpoints.count == 3)
            agent.advance()
            #expect(try await updates.next { $0.isEmpty }.emptyReason == .noSuchService)
        }
    }

    // MARK: Set-up

    private func withWatch(
        of version: ScriptedAgent.Version,
        counts: [Int],
        _ body: (ScriptedAgent, ScriptedHTTPServer, UpdateReader) async throws -> Void
    ) async throws {
        let agent = ScriptedAgent(version, counts: counts)
        try await withScriptedHTTPServer(script: agent.script) { http in
            try await withResolver(dns: 1, http: http.port) { configuration in
                configuration.strategy = .http
            } _: { resolver in
                try await withUpdates(of: resolver.service("web", updating: .watch)) { updates in
                    try await body(agent, http, updates)
                }
            }
        }
    }
}
