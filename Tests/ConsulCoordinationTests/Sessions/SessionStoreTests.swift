// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// The requests for sessions, against a real agent.
struct SessionStoreTests {
    // E1, E2, E7, E8
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A session that is created is listed, renewed and destroyed (E1, E2, E7, E8)`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            var options = SessionOptions(timeToLive: .seconds(10))
            options.name = "a \"name\""
            options.lockDelay = .milliseconds(2500)
            let id = try await consul.sessions.create(options)
            let answer = try await consul.sessions.session(id, consistency: .consistent)
            let session = try #require(answer.value)
            #expect(session.id == id)
            #expect(session.name == "a \"name\"")
            #expect(session.node == agent.node)
            #expect(session.timeToLive == .seconds(10))
            #expect(session.lockDelay == .milliseconds(2500))
            #expect(session.behavior == .release)
            #expect(session.nodeChecks == ["serfHealth"])
            #expect(answer.metadata.index ?? 0 > 0)
            #expect(answer.metadata.leader == .known)
            let all = try await consul.sessions.sessions().value
            #expect(all.contains(session))
            let ofNode = try await consul.sessions.sessions(ofNode: agent.node).value
            #expect(ofNode.contains(session))
            let renewed = try await consul.sessions.renew(id)
            #expect(renewed == session)
            try await consul.sessions.destroy(id)
            #expect(try await consul.sessions.session(id).value == nil)
            // E3
            let again = try await consul.sessions.renew(id)
            #expect(again == nil)
            try await consul.sessions.destroy(id)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A session without health checks has none, and may have no lock-delay`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            var options = SessionOptions.withoutHealthChecks(timeToLive: .seconds(86_400))
            options.lockDelay = .zero
            options.behavior = .delete
            let id = try await consul.sessions.create(options)
            let session = try #require(try await consul.sessions.session(id).value)
            #expect(session.nodeChecks.isEmpty)
            #expect(session.serviceChecks.isEmpty)
            #expect(session.lockDelay == .zero)
            #expect(session.behavior == .delete)
            #expect(session.timeToLive == .seconds(86_400))
            try await consul.sessions.destroy(id)
        }
    }

    // E13
    @Test func `Consul refuses a session with a check that does not exist (E13)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            var options = SessionOptions(timeToLive: .seconds(10))
            options.serviceChecks = ["service:no-such-instance"]
            let error = await #expect(throws: ConsulHTTPError.self) { try await consul.sessions.create(options) }
            #expect(error?.status == 500)
            #expect(error?.isRetryable == false)
        }
    }

    // E11
    @Test func `The request has a length, and names all properties with their units (E11)`() async throws {
        try await withScriptedHTTPServer(script: { _ in [.reply(.json(#"{"ID":"s1"}"#))] }) { server in
            try await withConsul(port: server.port) { consul in
                var options = SessionOptions(timeToLive: .milliseconds(12_500))
                options.serviceChecks = ["service:web-1"]
                options.node = "n7"
                let id = try await consul.sessions.create(options)
                #expect(id == "s1")
            }
            let request = try #require(server.requests.first)
            #expect(request.headers.contains { $0.name.lowercased() == "content-length" })
            #expect(!request.headers.contains { $0.name.lowercased() == "transfer-encoding" })
            let body = try #require(
                try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
            )
            #expect(body["TTL"] as? String == "12500ms")
            #expect(body["LockDelay"] as? String == "15000ms")
            #expect(body["Behavior"] as? String == "release")
            #expect(body["NodeChecks"] as? [String] == ["serfHealth"])
            #expect(body["ServiceChecks"] as? [[String: String]] == [["ID": "service:web-1"]])
            #expect(body["Node"] as? String == "n7")
        }
    }

    @Test func `A renewal that a proxy answers 404 is a failure and not the end of the session`() async throws {
        let script: ScriptedHTTPServer.Script = { _ in [.reply(.failure(404, "no such page"))] }
        _ = try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                await #expect(throws: ConsulHTTPError.self) { try await consul.sessions.renew("s1") }
            }
        }
    }

    @Test func `Renewals that a silent network swallowed do not delay the next one`() async throws {
        let script: ScriptedHTTPServer.Script = { request in
            request.sequence < 6 ? .silence : [.reply(.json(#"[{"ID": "s1", "TTL": "20s"}]"#))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                for number in 1...6 {
                    await #expect(throws: ConsulHTTPError.self) {
                        try await consul.sessions.renew("s1", timeout: .milliseconds(200))
                    }
                    try await server.waitForRequests(number)
                }
                let renewed = try await consul.sessions.renew("s1", timeout: .seconds(10))
                #expect(renewed?.id == "s1")
            }
        }
    }

    @Test func `A session of another datacenter belongs to one of its servers and has no checks`() async throws {
        let federation = try await SharedConsulAgents.shared.federation()
        try await withConsul(federation.dc1) { consul in
            let store = SessionStore(consul, datacenter: "dc2")
            let id = try await store.create(SessionOptions(timeToLive: .seconds(10)))
            let session = try #require(try await store.session(id).value)
            #expect(session.node == federation.dc2.node)
            #expect(session.nodeChecks.isEmpty)
            #expect(try await consul.sessions.session(id).value == nil)
            let renewed = try await store.renew(id)
            #expect(renewed == session)
            try await store.destroy(id)
            #expect(try await store.session(id).value == nil)
        }
    }

    @Test func `A server that left between the choice and the creation is replaced by another`() async throws {
        let script: ScriptedHTTPServer.Script = { request in
            guard request.path.hasPrefix("/v1/session") else {
                return [
                    .reply(
                        .json(
                            #"[{"Node":{"Node":"s1"},"Service":{},"Checks":[]},{"Node":{"Node":"s2"},"Service":{},"Checks":[]}]"#
                        )
                    )
                ]
            }
            let isGone = String(decoding: request.body, as: UTF8.self).contains("s1")
            return [.reply(isGone ? .failure(500, "Missing node registration") : .json(#"{"ID":"id-of-s2"}"#))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                // The order is random; in sixteen trials both orders occur.
                for _ in 0..<16 {
                    let id = try await SessionStore(consul, datacenter: "dc2")
                        .create(SessionOptions(timeToLive: .seconds(10)))
                    #expect(id == "id-of-s2")
                }
            }
        }
    }
}
