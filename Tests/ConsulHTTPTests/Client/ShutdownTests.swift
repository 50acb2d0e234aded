// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

@Suite("A client that is shut down")
struct ShutdownTests {
    @Test("fails what is being asked, and what is asked later")
    func running() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withClient(port: agent.ports.http) { client in
            _ = try await client.longPoll(.nodes, index: 1, wait: .milliseconds(1))
            let poll = Task { try await client.longPoll(.nodes, index: .max, wait: .seconds(60)).status }
            try await withDeadline(.seconds(30)) { await client.shutdown() }
            let error = await #expect(throws: ConsulHTTPError.self) { try await poll.value(within: .seconds(10)) }
            #expect(error?.code == .closed)
            let later = await #expect(throws: ConsulHTTPError.self) { try await client.read(.nodes) }
            #expect(later?.code == .closed)
            let poll2 = await #expect(throws: ConsulHTTPError.self) {
                try await client.longPoll(.nodes, index: 1, wait: .seconds(60)).status
            }
            #expect(poll2?.code == .closed)
        }
    }

    @Test("is let go without harm when it has been used, and when it has not")
    func letGo() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        var configuration = ConsulHTTPClient.Configuration()
        configuration.address = try ConsulHTTPAddress("127.0.0.1:\(agent.ports.http)")
        _ = try ConsulHTTPClient(configuration: configuration)
        #expect(try await ConsulHTTPClient(configuration: configuration).read(.nodes).status == 200)
    }
}
