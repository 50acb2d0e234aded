// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

struct ConsulAgentListenersTests {
    @Test(arguments: [false, true])
    func `An agent can serve TLS, to all clients or to those with a certificate`(verifiesClients: Bool) async throws {
        let certificates = try await TestCertificates.shared
        let https = ConsulAgentListeners.HTTPS(
            certificates.server,
            clientAuthority: verifiesClients ? certificates.authority : nil
        )
        let agent = try await SharedConsulAgents.shared.agent(listeners: ConsulAgentListeners(https: https))
        let port = try #require(agent.ports.https)
        let known = try await leader(.tls(port: port, certificates.clientConfiguration(certificates.client)))
        #expect(known.isSuccess)
        for identity in [nil, certificates.stranger] {
            let configuration = try certificates.clientConfiguration(identity)
            let reply = try? await leader(.tls(port: port, configuration))
            #expect((reply?.isSuccess == true) == !verifiesClients)
        }
    }

    @Test func `An agent can serve a Unix socket in addition to its port`() async throws {
        let listeners = ConsulAgentListeners(unixSocket: true)
        try await withConsulAgent(listeners: listeners) { agent in
            let path = try #require(agent.unixSocket)
            #expect(path.utf8.count < 104)
            let reply = try await leader(.unixSocket(path))
            #expect(reply.isSuccess)
            try await agent.kill()
            try await agent.restart()
            let again = try await leader(.unixSocket(path))
            #expect(again.isSuccess)
        }
    }

    @Test
    func `An agent has neither HTTPS nor a Unix socket by default`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        #expect(agent.ports.https == nil)
        #expect(agent.unixSocket == nil)
    }

    @Test func `An agent limits its connections if configured`() async throws {
        let agent = try await SharedConsulAgents.shared.agent(
            configuration: ConsulAgent.limitingConnections(to: 4)
        )
        let port = agent.ports.http
        let index = try #require(try await agent.get("/v1/catalog/services").headers["x-consul-index"])
        // Each of these keeps its connection until its wait is over.
        let waiting = (0..<8).map { _ in
            Task {
                let path = "/v1/catalog/services?index=\(index)&wait=1s"
                return try await PlainHTTP.send(PlainHTTP.Request(method: "GET", path: path), to: .port(port))
            }
        }
        var answers = 0
        for task in waiting where (try? await task.value(within: .seconds(20)))?.isSuccess == true { answers += 1 }
        #expect((1...4).contains(answers))
    }

    private func leader(_ destination: PlainHTTP.Destination) async throws -> HTTPReply {
        let request = PlainHTTP.Request(method: "GET", path: "/v1/status/leader")
        return try await withDeadline(.seconds(10)) { try await PlainHTTP.send(request, to: destination) }
    }
}
