// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Answers that must not look like an absent key.
struct AbsenceTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A denied read of a key is an error, and a denied list is empty`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let token = try await agent.createToken(rules: #"key_prefix "absence/open/" { policy = "write" }"#)
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(ConsulAgent.masterToken) }) {
            consul in
            for key in ["absence/open/a", "absence/secret"] { try await consul.keyValues.set(key, "x".utf8) }
        }
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token.secret) }) { consul in
            let store = consul.keyValues
            let refused: [() async throws -> Void] = [
                { _ = try await store.entry("absence/secret") },
                { try await store.set("absence/secret", "y".utf8) },
                { try await store.delete("absence/secret") },
                { _ = try await store.update("absence/secret", as: .text) { $0 = "y" } },
            ]
            for attempt in refused {
                let error = await #expect(throws: ConsulHTTPError.self) { try await attempt() }
                #expect(error?.code == .denied)
            }
            let list = try await store.entries(under: "absence/")
            #expect(list.value.map(\.key) == ["absence/open/a"])
            let none = try await store.entries(under: "absence/secret")
            #expect(none.value == [])
            // Only newer versions tell that there are entries that the token may not read.
            if agent.version >= ConsulVersion(1, 11) { #expect(list.metadata.filteredByACLs == true) }
        }
    }

    @Test(arguments: [
        ConsulReply(404, body: Array("404 page not found\n".utf8)), ConsulReply(404),
        ConsulReply.json(""), ConsulReply(200, body: Array("<html>".utf8)),
    ])
    func `An answer that is not Consul's is no absence`(reply: ConsulReply) async throws {
        try await withScriptedHTTPServer(script: { _ in [.reply(reply)] }) { server in
            try await withConsul(port: server.port) { consul in
                let store = consul.keyValues
                await #expect(throws: ConsulHTTPError.self) { try await store.entry("a") }
                await #expect(throws: ConsulHTTPError.self) { try await store.entries(under: "a") }
                await #expect(throws: ConsulHTTPError.self) { try await store.keys(under: "a") }
            }
        }
    }

    @Test func `An agent that cannot be reached is an error`() async throws {
        let port = try await withScriptedHTTPServer(script: { _ in .silence }) { $0.port }
        try await withConsul(port: port) { consul in
            let error = await #expect(throws: ConsulHTTPError.self) { try await consul.keyValues.entries(under: "a") }
            #expect(error?.code == .transport)
        }
    }
}
