// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// Watches of an HTTP API that fails or misbehaves.
struct WatchTroubleTests {
    private static let instances: @Sendable (Int) -> ConsulReply = { count in
        .health(HealthEntry.instances(of: "web", count: count))
    }

    enum Refusal: CaseIterable {
        case denial, emptyDenial, badRequest, silence, redirect

        var script: ScriptedHTTPServer.Script {
            switch self {
            case .denial: { _ in [.reply(.denied)] }
            case .emptyDenial:
                { _ in [.reply(.json("[]").header("X-Consul-Results-Filtered-By-ACLs", "true"))] }
            case .badRequest: { _ in [.reply(.failure(400, "Client sent an HTTP request to an HTTPS server."))] }
            case .silence: { _ in [] }
            case .redirect: { _ in [.reply(.redirect(to: "/ui"))] }
            }
        }
    }

    @Test(arguments: Refusal.allCases)
    func `DNS serves a watch while HTTP has no answer`(refusal: Refusal) async throws {
        let count = WatchedValue(1)
        let dnsScript: ScriptedDNSServer.Script = { query in
            [.reply(.service(to: query, count: count.current).withEDNS(of: query))]
        }
        try await withScriptedDNSServer(script: dnsScript) { dns in
            try await withScriptedHTTPServer(script: refusal.script) { http in
                try await withResolver(dns: dns.port, http: http.port) { configuration in
                    configuration.timeout = .milliseconds(500)
                    configuration.following.minimumInterval = .milliseconds(50)
                } _: { resolver in
                    try await withUpdates(of: resolver.service("web", updating: .watch)) { updates in
                        // Well before HTTP would time out.
                        _ = try await updates.next(within: .seconds(8)) { $0.endpoints.count == 1 }
                        count.update { $0 = 2 }
                        _ = try await updates.next(within: .seconds(8)) { $0.endpoints.count == 2 }
                    }
                }
            }
        }
    }

    /// The answers of a server that has just started and is replaying its log (seen with Consul 1.8 for 200 ms after a
    /// restart with 300 transactions).
    @Test(arguments: FollowingTests.modes)
    func `A server that is still replaying its log empties no service`(
        mode: ConsulService.UpdateMode
    ) async throws {
        let state = WatchedValue((stale: 1, consistent: 1))
        let script: ScriptedHTTPServer.Script = { request in
            if request.path != "/v1/health/service/web" { return [.reply(.failure(401, "ACL support disabled"))] }
            if request.parameter("consistent") != nil {
                return [.reply(Self.instances(state.current.consistent))]
            }
            let known = state.current.stale
            // Each state has an index of its own; a query with the current index has to wait.
            if request.parameter("index") == "\(known + 10)" { return [.delay(.milliseconds(50)), .closeConnection] }
            return [.reply(.health(HealthEntry.instances(of: "web", count: known), index: UInt64(known + 10)))]
        }
        try await withScriptedHTTPServer(script: script) { http in
            try await withResolver(dns: 1, http: http.port) { configuration in
                configuration.strategy = .http
                configuration.following.minimumInterval = .milliseconds(20)
            } _: { resolver in
                try await withUpdates(of: resolver.service("web", updating: mode)) { updates in
                    #expect(try await updates.next().endpoints.count == 1)
                    state.update { $0.stale = 0 }
                    try await http.waitForRequest("a second query") { $0.parameter("consistent") != nil }
                    state.update { $0 = (stale: 2, consistent: 2) }
                    let seen = try await updates.next { $0.isEmpty || $0.endpoints.count == 2 }
                    #expect(seen.endpoints.count == 2)
                    state.update { $0 = (stale: 0, consistent: 0) }
                    let last = try await updates.next { $0.endpoints.count != 2 }
                    #expect(last.isEmpty)
                }
            }
        }
    }

    @Test func `The return of a leader is seen without a change in the catalog`() async throws {
        let hasLeader = WatchedValue(false)
        let script: ScriptedHTTPServer.Script = { request in
            if request.parameter("index") != nil { return [] }
            let leads = hasLeader.current
            return [
                .reply(Self.instances(1).header("X-Consul-Knownleader", "\(leads)").header("X-Consul-Lastcontact", "7"))
            ]
        }
        try await withScriptedHTTPServer(script: script) { http in
            try await withResolver(dns: 1, http: http.port) { configuration in
                configuration.strategy = .http
            } _: { resolver in
                try await withUpdates(of: resolver.service("web", updating: .watch)) { updates in
                    let stale = try await updates.next()
                    #expect(stale.isStale && stale.lastContact == .milliseconds(7) && stale.endpoints.count == 1)
                    hasLeader.update { $0 = true }
                    #expect(try await updates.next().isStale == false)
                }
            }
        }
    }

    @Test
    func `A watch recovers from an index that goes back and from a lost connection, and logs both`() async throws {
        let gate = Gate()
        let waited = WatchedValue(Set<String>())
        let script: ScriptedHTTPServer.Script = { request in
            switch request.parameter("index") {
            case nil where waited.current.contains("7"):
                return [.reply(.health(HealthEntry.instances(of: "web", count: 3), index: 8))]
            case nil where waited.current.contains("500"):
                return [.reply(.health(HealthEntry.instances(of: "web", count: 2), index: 7))]
            case nil:
                return [.reply(.health(HealthEntry.instances(of: "web", count: 1), index: 500))]
            case "500"?:
                waited.update { $0.insert("500") }
                return [.hold(gate), .reply(.health(HealthEntry.instances(of: "web", count: 2), index: 7))]
            case "7"?:
                waited.update { $0.insert("7") }
                return [.resetConnection]
            default:
                return []
            }
        }
        let log = RecordedLog()
        try await withScriptedHTTPServer(script: script) { http in
            try await withResolver(dns: 1, http: http.port, logger: log.logger) { configuration in
                configuration.strategy = .http
            } _: { resolver in
                try await withUpdates(of: resolver.service("web", updating: .watch)) { updates in
                    #expect(try await updates.next().endpoints.count == 1)
                    gate.release()
                    #expect(try await updates.next().endpoints.count == 2)
                    _ = try await updates.next { $0.endpoints.count == 3 }
                    try await http.waitForRequest("a blocking query") { $0.parameter("index") == "8" }
                }
            }
            // Plain reads come in between, from the watch itself and beside its blocking queries. The first loss is not
            // logged, and its query is sent once more.
            #expect(http.requests.compactMap { $0.parameter("index") } == ["500", "7", "7", "8"])
        }
        let lines = log.lines.current
        for words in ["the index went back from 500 to 7", "the watch is interrupted", "no longer interrupted"] {
            #expect(lines.contains { $0.contains(words) && $0.contains("/v1/health/service/web") }, "\(words)")
        }
    }
}
