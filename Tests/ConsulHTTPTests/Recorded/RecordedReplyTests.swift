// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

/// Recorded replies of agents in several versions, as the client decodes them.
@Suite struct RecordedReplyTests {
    /// Error codes of the replies that are errors, by the beginning of their descriptions. 1.8.7 answers three requests
    /// differently.
    private static let failures: [(about: String, code: ConsulHTTPError.Code)] = [
        ("an index that is no number", .badRequest), ("unknown datacenter", .noSuchDatacenter),
        ("bad filter", .badRequest), ("unknown endpoint", .notFound), ("authorize without ACLs", .denied),
        ("check update of an unknown check", .notFound), ("deregister again", .notFound),
        ("register without a name", .badRequest), ("register with an unknown member", .badRequest),
        ("key missing", .notFound), ("a key goes", .notFound), ("too large", .badRequest),
        ("session with a TTL that is too short", .serverError), ("renew of an unknown session", .notFound),
        ("txn lock of a held lock", .unexpectedStatus), ("txn lock with an unknown session", .unexpectedStatus),
        ("txn lock under lock-delay", .unexpectedStatus), ("txn check-session", .unexpectedStatus),
        ("txn of 129 operations", .badRequest), ("event of 512 bytes", .serverError), ("unknown query", .notFound),
        ("denied, unknown token", .denied), ("kv denied", .denied), ("session denied", .denied),
        ("txn denied", .unexpectedStatus),
    ]

    private static let older: [String: ConsulHTTPError.Code?] = [
        "check update of an unknown check": .serverError, "deregister again": nil,
        "txn of 65 operations": .badRequest, "txn of 128 operations": .badRequest,
    ]

    private static let newest: [String: ConsulHTTPError.Code?] = [
        "event of 301 bytes": .badRequest, "event of 400 bytes": .badRequest, "event of 512 bytes": .badRequest,
    ]

    @Test(arguments: Recording.versions)
    func `Every recorded reply is decoded as an answer or as the expected error`(version: String) async throws {
        let recording = try Recording(version: version)
        try await withScriptedHTTPServer(script: { [.reply(recording.http[$0.sequence].reply)] }) { server in
            try await withConsul(port: server.port, configure: { $0.retry.maximumAttempts = 1 }) { client in
                for exchange in recording.http {
                    let result: Result<RawAnswer, any Error>
                    do { result = .success(try await Self.send(exchange, client)) } catch { result = .failure(error) }
                    Self.check(result, exchange, version)
                }
            }
        }
    }

    private static func send(_ exchange: RecordedExchange, _ client: ConsulHTTPClient) async throws -> RawAnswer {
        // The server replies in order, whatever the path.
        let path = RequestPath("/v1/recorded")
        return exchange.method == "GET"
            ? try await client.read(ReadRequest(path)) : try await client.write(WriteRequest(.put, path))
    }

    private static func check(_ result: Result<RawAnswer, any Error>, _ exchange: RecordedExchange, _ version: String) {
        let own = version == "1.8.7" ? older : version == "1.22.7" ? newest : [:]
        let code = own[exchange.about] ?? failures.first { exchange.about.hasPrefix($0.about) }?.code
        switch result {
        case .success(let answer):
            #expect(code == nil, "\(version), \(exchange.about)")
            #expect(
                answer.status == exchange.status && answer.text == exchange.body ?? "",
                "\(version), \(exchange.about)"
            )
            #expect(answer.metadata.index == exchange.headers["X-Consul-Index"].flatMap { UInt64($0) })
        case .failure(let error as ConsulHTTPError):
            #expect(error.code == code && error.status == exchange.status, "\(version), \(exchange.about): \(error)")
            #expect(!error.isRetryable || error.code == .serverError)
        case .failure(let error):
            Issue.record("\(version), \(exchange.about): \(error)")
        }
    }

    @Test(arguments: Recording.versions)
    func `The recorded instances, nodes and checks are decoded`(version: String) async throws {
        let recording = try Recording(version: version)
        func entries(_ about: String) throws -> [ServiceEntry] {
            let exchange = try #require(recording.http.first { $0.about.hasPrefix(about) })
            return try ServiceEntry.decodeList(Array((exchange.body ?? "").utf8), fields: .all)
        }
        let one = try #require(try entries("one instance").first)
        #expect(one.node.name == "n1" && one.node.datacenter == "dc1" && one.node.address == "127.0.0.1")
        let hasVersion = !["1.8.7", "1.15.7"].contains(version)
        #expect(
            Set(one.node.meta.keys)
                == (hasVersion ? ["consul-network-segment", "consul-version"] : ["consul-network-segment"])
        )
        #expect(one.service.id == "web-1" && one.address == "10.0.0.2" && one.service.port == 8001)
        #expect(one.service.taggedAddresses["lan_ipv4"] == ServiceEntry.TaggedAddress(address: "10.0.0.2", port: 8001))
        #expect(one.isHealthy() && one.aggregatedStatus == .passing && one.weight == 1 && one.service.kind == nil)
        #expect(one.checks.map(\.id) == ["serfHealth"] && one.checks.allSatisfy(\.isNodeCheck))

        #expect(try entries("service that does not exist").isEmpty)
        let counts = try [
            "from no instance to one", "from one to two", "from two to three", "consistent (", "none left",
        ]
        .map { try entries($0).count }
        #expect(counts == [1, 2, 3, 4, 0])
        let failing = try entries("a check becomes critical").filter { !$0.isHealthy() }
        #expect(failing.count == 1 && failing.first?.aggregatedStatus == .critical)
    }

    @Test(arguments: Recording.versions)
    func `The recorded agent, its services and its queries are decoded`(version: String) throws {
        let recording = try Recording(version: version)
        func body(_ about: String) throws -> String { try recording.exchange(about).body ?? "" }
        let agent = try AgentInfo(body("agent self, trimmed"))
        #expect(agent.version == String(version.prefix { $0 != "-" }) && agent.nodeName == "n1")
        #expect(agent.isServer == true && agent.hasAccessControl == false && agent.defaultPolicy == "allow")
        #expect(agent.dns.domain == "consul." && agent.dns.udpAnswerLimit == 3 && agent.dns.nodeTTL == .zero)
        let local = try #require(try AgentServiceHealth.decodeList(body("agent health by name")).first)
        #expect(local.status == .passing && local.service.name == "web")
        let executed = try PreparedQueryResult(body("query executed"))
        #expect(executed.nodes.count == 2 && executed.datacenter == "dc1" && executed.failovers == 0)
    }

    @Test(arguments: Recording.versions)
    func `A recorded non-blocking read confirms the leader, and since 1.11 that it is complete`(
        version: String
    ) async throws {
        try await withReplayedAgent(version: version) { agent in
            try await withConsul(port: agent.http.port) { client in
                for about in ["one instance", "allowed", "the permission is gone", "denied, anonymous"] {
                    try agent.rewind(to: about)
                    let service = about == "one instance" ? "web" : "secret"
                    var request = ReadRequest.health(service)
                    request.options.consistency = .stale
                    let metadata = try await client.read(request).metadata
                    #expect(metadata.leader == .known && metadata.lastContact == .zero && metadata.index != nil)
                    let isMarked = about == "the permission is gone" && version != "1.8.7"
                    #expect(metadata.filteredByACLs == (isMarked ? true : nil), "\(about)")
                }
            }
        }
    }
}
