// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

struct ReadingTests {
    @Test func `A read returns the body and its metadata`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            let answer = try await client.read(.nodes)
            #expect(answer.status == 200)
            #expect(answer.text.contains("\"n1\""))
            #expect(answer.metadata.index ?? 0 > 0)
            #expect(answer.metadata.leader == .known)
            #expect(answer.metadata.lastContact == .zero)
            #expect(answer.metadata.cacheHit == nil)
        }
    }

    // Q3
    @Test func `An agent behind a reverse proxy is asked below the path of its address (Q3)`() async throws {
        try await withScriptedHTTPServer(script: { _ in [.reply(.json("[]", index: 1))] }) { server in
            var configuration = ConsulHTTPClient.Configuration()
            configuration.address = try ConsulHTTPAddress("127.0.0.1:\(server.port)/a/consul/")
            let client = try ConsulHTTPClient(configuration: configuration)
            _ = try await client.read(.nodes)
            _ = try await client.write(WriteRequest(.put, RequestPath("/v1/session/renew").appending(segment: "x")))
            await client.shutdown()
            #expect(server.requests.map(\.path) == ["/a/consul/v1/catalog/nodes", "/a/consul/v1/session/renew/x"])
        }
    }

    @Test func `A read may be answered from the agent's cache`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            var request = ReadRequest.health("cached-service")
            request.options.cached = true
            let first = try await client.read(request)
            #expect(first.metadata.cacheHit == false)
            let second = try await client.read(request)
            #expect(second.metadata.cacheHit == true)
            #expect(second.metadata.age != nil)
        }
    }

    @Test(arguments: ["a b", "a/b", "a+b%", "ü&=?#"])
    func `A read finds services with any character in their names`(name: String) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.register(ServiceRegistration(name, id: "odd \(name)", port: 4711), node: "odd")
        try await withConsul(port: agent.ports.http) { client in
            let answer = try await client.read(.health(name))
            #expect(answer.text.contains("4711"))
        }
    }

    @Test(arguments: [true, false])
    func `A read decompresses the body and enforces the maximum size`(isCompressed: Bool) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.registerInstances(of: "large", count: 64)
        try await withConsul(port: agent.ports.http, configure: { $0.compression = isCompressed ? .always : .never }) {
            let size = try await $0.read(.health("large")).body.count
            #expect(size > 10_000)
        }
        let configure: (inout ConsulHTTPClient.Configuration) -> Void = {
            $0.compression = isCompressed ? .always : .never
            $0.maximumBodySize = 10_000
        }
        try await withConsul(port: agent.ports.http, configure: configure) { client in
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(.health("large")) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test(
        arguments: [
            ("/v1/health/service/web?passing=maybe", .badRequest), ("/v1/nowhere", .notFound),
            ("/v1/health/service/web?filter=x", .badRequest), ("/v1/health/service/web?dc=mars", .noSuchDatacenter),
            ("/v1//catalog/nodes", .unexpectedStatus),
        ] as [(StaticPath, ConsulHTTPError.Code)]
    )
    func `A read that Consul refuses throws the matching error code`(path: StaticPath, code: ConsulHTTPError.Code)
        async throws
    {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            let request = ReadRequest(RequestPath(path.text))
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(request) }
            #expect(error?.code == code, "\(String(describing: error))")
            #expect(error?.isRetryable == false)
        }
    }

    @Test func `A read accepts the other statuses that its request lists as answers`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            let path = RequestPath("/v1/kv").appending(key: "nothing/here")
            let answer = try await client.read(ReadRequest(path, answerStatuses: [200, 404]))
            #expect(answer.status == 404)
            #expect(answer.metadata.index ?? 0 > 0)
        }
    }

    @Test func `A read reports a body that cannot be decoded`() async throws {
        struct Nonsense: Error {}
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            let size = try await client.read(.nodes) { $0.count }.value
            #expect(size > 0)
            let error = await #expect(throws: ConsulHTTPError.self) {
                try await client.read(.nodes) { _ in throw Nonsense() }
            }
            #expect(error?.code == .undecodable)
            #expect(error?.message.hasPrefix("GET /v1/catalog/nodes") == true)
        }
    }

    @Test func `Reads that outnumber the connections are all answered`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http, configure: { $0.connections.control = 2 }) { client in
            let count = try await withThrowingTaskGroup(of: Int.self) { group in
                // The last of them waits for a hundred others.
                for _ in 0..<200 { group.addTask { try await client.read(.nodes, timeout: .seconds(60)).status } }
                return try await group.reduce(0) { $0 + ($1 == 200 ? 1 : 0) }
            }
            #expect(count == 200)
        }
    }
}

/// A literal that can be the argument of a test.
struct StaticPath: ExpressibleByStringLiteral, Sendable {
    let text: StaticString
    init(stringLiteral text: StaticString) { self.text = text }
}
