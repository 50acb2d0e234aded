// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

struct LongPollTests {
    @Test func `A blocking query returns the changed data`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            let index = try #require(try await client.read(.health("long-poll-change")).metadata.index)
            let poll = Task {
                try await client.longPoll(.health("long-poll-change"), index: index, wait: .seconds(60))
            }
            try await agent.register(ServiceRegistration("long-poll-change", port: 4711), node: "long-poll")
            var answer = try await poll.value(within: .seconds(30))
            // Other tests register services too, and registrations end blocking queries for missing services.
            while !answer.text.contains("4711"), let index = answer.metadata.index {
                answer = try await client.longPoll(.health("long-poll-change"), index: index, wait: .seconds(1))
            }
            #expect(answer.text.contains("4711"))
        }
    }

    @Test func `A blocking query without a change returns the same index when its wait is over`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            let path = RequestPath("/v1/kv").appending(key: "long-poll/unchanged")
            _ = try await client.write(WriteRequest(.put, path, body: [0x61]))
            let index = try #require(try await client.read(ReadRequest(path)).metadata.index)
            let answer = try await client.longPoll(ReadRequest(path), index: index, wait: .milliseconds(50))
            #expect(answer.metadata.index == index)
        }
    }

    @Test
    func `Many blocking queries leave the connection for other reads free`() async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: #"{"node_name": "quiet"}"#)
        try await withConsul(port: agent.ports.http, configure: { $0.connections.control = 1 }) { client in
            // Beyond any future index, so that a query ends only with its task.
            let polls = (0..<50).map { _ in
                Task { try await client.longPoll(.nodes, index: .max, wait: .seconds(60)).status }
            }
            for _ in 0..<20 { _ = try await client.read(.nodes) }
            for poll in polls { poll.cancel() }
            for poll in polls {
                await #expect(throws: CancellationError.self) { try await poll.value(within: .seconds(10)) }
            }
        }
    }
}
