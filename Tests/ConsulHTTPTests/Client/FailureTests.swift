// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

struct FailureTests {
    @Test func `A request to a port without a listener is refused`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withFaultProxy(upstreamPort: agent.ports.http) { proxy in
            try await proxy.update { $0.streams.refusesConnections = true }
            try await withConsul(port: proxy.port) { client in
                let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(.nodes) }
                #expect(error?.code == .transport)
                #expect(error?.isRetryable == true)
                #expect(error?.message.contains("no process listens on http://127.0.0.1:\(proxy.port)") == true)
            }
        }
    }

    @Test func `A request to an unknown host name fails with a transport error`() async throws {
        let address = try ConsulHTTPAddress("no-such-host.invalid:8500")
        try await withConsul(port: 1, configure: { $0.address = address }) { client in
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(.nodes) }
            #expect(error?.code == .transport)
        }
    }

    @Test func `A request to a missing unix socket is refused`() async throws {
        let address = try ConsulHTTPAddress("unix:///nowhere/consul.sock")
        try await withConsul(port: 1, configure: { $0.address = address }) { client in
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(.nodes) }
            #expect(error?.code == .transport)
            #expect(error?.message.contains("no process listens on unix:///nowhere/consul.sock") == true)
            #expect(error?.message.contains("there is no such socket") == true)
            #expect(error?.message.contains("addresses.http") == true)
        }
    }

    @Test
    func `A request to a silent agent ends at its deadline, and works when the agent resumes`() async throws {
        try await withConsulAgent { agent in
            try await withConsul(port: agent.ports.http) { client in
                _ = try await client.read(.nodes)
                try await agent.pause()
                let error = await #expect(throws: ConsulHTTPError.self) {
                    try await client.read(.nodes, timeout: .milliseconds(300))
                }
                #expect(error?.code == .timedOut)
                let write = await #expect(throws: ConsulHTTPError.self) {
                    let request = WriteRequest(.put, RequestPath("/v1/kv/a"))
                    return try await client.write(request, timeout: .milliseconds(300))
                }
                #expect(write?.code == .timedOut)
                #expect(write?.isRetryable == false)
                try agent.resume()
                _ = try await client.read(.nodes)
            }
        }
    }

    @Test func `A canceled request ends at once`() async throws {
        try await withConsulAgent { agent in
            try await withConsul(port: agent.ports.http) { client in
                let index = try #require(try await client.read(.nodes).metadata.index)
                try await agent.pause()
                defer { try? agent.resume() }
                let tasks = [
                    Task { try await client.read(.nodes, timeout: .seconds(3600)).status },
                    Task { try await client.longPoll(.nodes, index: index, wait: .seconds(60)).status },
                ]
                for task in tasks {
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(10)) }
                }
            }
        }
    }

    @Test
    func `A request that waits for a permit ends at its own deadline`() async throws {
        try await withConsulAgent { agent in
            try await withConsul(port: agent.ports.http, configure: { $0.connections.control = 1 }) { client in
                try await agent.pause()
                defer { try? agent.resume() }
                let first = Task { try await client.read(.nodes, timeout: .seconds(3600)).status }
                let error = await #expect(throws: ConsulHTTPError.self) {
                    try await client.read(.nodes, timeout: .milliseconds(300))
                }
                #expect(error?.code == .timedOut)
                try agent.resume()
                _ = try await first.value(within: .seconds(30))
            }
        }
    }
}
