// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

@Suite("A blocking query")
struct LongPollTests {
    @Test("brings what has changed")
    func change() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withClient(port: agent.ports.http) { client in
            let index = try #require(try await client.read(.health("long-poll-change")).metadata.index)
            let poll = Task {
                try await client.longPoll(.health("long-poll-change"), index: index, wait: .seconds(60))
            }
            try await agent.register(ServiceRegistration("long-poll-change", port: 4711), node: "long-poll")
            var answer = try await poll.value(within: .seconds(30))
            // Other tests register services too, and a service that does not exist yet wakes for all of them.
            while !answer.text.contains("4711"), let index = answer.metadata.index {
                answer = try await client.longPoll(.health("long-poll-change"), index: index, wait: .seconds(1))
            }
            #expect(answer.text.contains("4711"))
        }
    }

    @Test("ends with what is known when its time is over")
    func unchanged() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withClient(port: agent.ports.http) { client in
            let path = RequestPath("/v1/kv").appending(key: "long-poll/unchanged")
            _ = try await client.write(WriteRequest(.put, path, body: [0x61]))
            let index = try #require(try await client.read(ReadRequest(path)).metadata.index)
            let answer = try await client.longPoll(ReadRequest(path), index: index, wait: .milliseconds(50))
            #expect(answer.metadata.index == index)
        }
    }

    @Test("leaves all other connections alone, however many there are")
    func separate() async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: #"{"node_name": "quiet"}"#)
        try await withClient(port: agent.ports.http, configure: { $0.connections.control = 1 }) { client in
            // Far beyond any index there will be, so that nothing but the end of its task ends one.
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
