// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// HTTP requests to a service whose endpoints fail.
struct HTTPRequestFailoverTests {
    private static let page = ConsulReply(body: Array("page".utf8))
    private static let patience = Duration.seconds(60)

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A request reaches an endpoint with its path, its fields and the host of its URL`(dress: AgentDress)
        async throws
    {
        try await withScriptedHTTPServers([{ _ in [.reply(Self.page)] }]) { servers in
            let name = "http-host"
            try await withHTTPService(name, at: servers.map(\.port), dress: dress) { service, client in
                var request = HTTPClientRequest(url: "http://shop.example:81/items?page=2")
                request.headers.add(name: "X-Trace", value: "7")
                let response = try await client.execute(request, on: service, timeout: Self.patience)
                #expect(response.status == .ok)
                #expect(try await response.body.collect(upTo: 100) == ByteBuffer(string: "page"))
                let received = try #require(servers[0].requests.first)
                #expect(received.target == "/items?page=2")
                #expect(received.headers["Host"] == ["shop.example:81"])
                #expect(received.headers["X-Trace"] == ["7"])
                request.headers.add(name: "host", value: "other.example")
                _ = try await client.execute(request, on: service, timeout: Self.patience)
                #expect(servers[0].requests.last?.headers["Host"] == ["other.example"])
            }
        }
    }

    @Test func `A refused connection leads to another endpoint, and the refusing one is ejected`() async throws {
        try await withScriptedHTTPServers([{ _ in [.reply(Self.page)] }]) { servers in
            try await withByteRelay(upstreamPort: servers[0].port) { relay in
                try await relay.set(.refusing)
                let ports = [relay.port, servers[0].port]
                try await withHTTPService("http-refused", at: ports) { service, client in
                    for _ in 0..<20 {
                        let request = HTTPClientRequest(url: "http://web/")
                        let response = try await client.execute(request, on: service, timeout: Self.patience)
                        #expect(response.status == .ok)
                    }
                    #expect(servers[0].requests.count == 20)
                    #expect(service.ejectedPorts == [relay.port])
                }
            }
        }
    }

    @Test func `A server error leads to another endpoint, and the failing one is ejected`() async throws {
        let scripts: [ScriptedHTTPServer.Script] = [{ _ in [.reply(ConsulReply(500))] }, { _ in [.reply(Self.page)] }]
        try await withScriptedHTTPServers(scripts) { servers in
            try await withHTTPService("http-failing", at: servers.map(\.port)) { service, client in
                for _ in 0..<30 {
                    let request = HTTPClientRequest(url: "http://web/")
                    let response = try await client.execute(request, on: service, timeout: Self.patience)
                    #expect(response.status == .ok)
                }
                #expect(servers[1].requests.count == 30)
                #expect(!servers[0].requests.isEmpty)
                #expect(service.ejectedPorts == [servers[0].port])
            }
        }
    }

    @Test func `An error of the request is its answer, and does not count against the endpoint`() async throws {
        let scripts: [ScriptedHTTPServer.Script] = [{ _ in [.reply(ConsulReply(404))] }, { _ in [.reply(Self.page)] }]
        try await withScriptedHTTPServers(scripts) { servers in
            try await withHTTPService("http-missing", at: servers.map(\.port)) { service, client in
                for _ in 0..<30 {
                    let request = HTTPClientRequest(url: "http://web/")
                    _ = try await client.execute(request, on: service, timeout: Self.patience)
                }
                #expect(servers.map(\.requests.count) == [15, 15])
                #expect(service.ejectedPorts.isEmpty)
            }
        }
    }

    @Test func `Options decide which statuses are failures`() async throws {
        let scripts: [ScriptedHTTPServer.Script] = [{ _ in [.reply(ConsulReply(404))] }, { _ in [.reply(Self.page)] }]
        try await withScriptedHTTPServers(scripts) { servers in
            try await withHTTPService("http-classified", at: servers.map(\.port)) { service, client in
                var options = HTTPRequestOptions()
                options.classifyResponse = { $0.status == .ok ? .success : .failure(.server) }
                for _ in 0..<4 {
                    let request = HTTPClientRequest(url: "http://web/")
                    let response = try await client.execute(
                        request,
                        on: service,
                        timeout: Self.patience,
                        options: options
                    )
                    #expect(response.status == .ok)
                }
            }
        }
    }

    @Test func `The last response is returned when all endpoints fail`() async throws {
        let script: ScriptedHTTPServer.Script = { _ in [.reply(ConsulReply(503, body: Array("down".utf8)))] }
        try await withScriptedHTTPServers([script, script, script]) { servers in
            try await withHTTPService("http-all-failing", at: servers.map(\.port)) { service, client in
                let request = HTTPClientRequest(url: "http://web/")
                let response = try await client.execute(request, on: service, timeout: Self.patience)
                #expect(response.status == .serviceUnavailable)
                #expect(try await response.body.collect(upTo: 100) == ByteBuffer(string: "down"))
                // Each attempt uses another endpoint.
                #expect(servers.map(\.requests.count) == [1, 1, 1])
            }
        }
    }

    @Test func `A service without retry budget gets each request once`() async throws {
        let script: ScriptedHTTPServer.Script = { _ in [.reply(ConsulReply(500))] }
        try await withScriptedHTTPServers([script, script]) { servers in
            try await withHTTPService("http-no-budget", at: servers.map(\.port)) {
                $0.retryBudget = RetryBudgetPolicy(ratio: 0, minimumPerSecond: 0)
            } _: { service, client in
                let request = HTTPClientRequest(url: "http://web/")
                _ = try await client.execute(request, on: service, timeout: Self.patience)
                #expect(servers.requestCount == 1)
            }
        }
    }

    @Test func `An endpoint without an answer in time is left for another one`() async throws {
        let isSilent = WatchedValue(true)
        let script: ScriptedHTTPServer.Script = { _ in isSilent.current ? [] : [.reply(Self.page)] }
        try await withScriptedHTTPServers([script, script]) { servers in
            try await withHTTPService("http-silent", at: servers.map(\.port)) { service, client in
                var options = HTTPRequestOptions()
                options.attemptTimeout = .seconds(2)
                options.attempts = 50
                // The first attempt fails by its own time limit, however slow the machine is.
                let request = HTTPClientRequest(url: "http://web/")
                async let response = client.execute(request, on: service, timeout: Self.patience, options: options)
                try await eventually("a request", within: Self.patience) { servers.requestCount > 0 }
                isSilent.update { $0 = false }
                #expect(try await response.status == .ok)
                #expect(servers.requestCount > 1)
            }
        }
    }

    @Test func `One deadline covers all attempts`() async throws {
        try await withScriptedHTTPServers([{ _ in [] }, { _ in [] }]) { servers in
            try await withHTTPService("http-deadline", at: servers.map(\.port)) { service, client in
                try await service.ready()
                let error = await #expect(throws: HTTPClientError.self) {
                    try await withDeadline(Self.patience) {
                        let request = HTTPClientRequest(url: "http://web/")
                        return try await client.execute(request, on: service, timeout: .seconds(1)).status
                    }
                }
                #expect(error == .deadlineExceeded)
                #expect(servers.requestCount <= 1)
                #expect(service.outstanding == 0)
            }
        }
    }

    @Test func `A canceled request ends at once, and does not count against its endpoint`() async throws {
        try await withScriptedHTTPServers([{ _ in [] }]) { servers in
            try await withHTTPService("http-canceled", at: servers.map(\.port)) {
                $0.policy = .adaptive
            } _: { service, client in
                let task = Task {
                    let request = HTTPClientRequest(url: "http://web/")
                    return try await client.execute(request, on: service, timeout: .seconds(3600)).status
                }
                try await servers[0].waitForRequests(1, within: Self.patience)
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value(within: Self.patience) }
                #expect(service.outstanding == 0)
                #expect(service.balancer.endpoints.map(\.latency) == [nil])
                #expect(servers.requestCount == 1)
            }
        }
    }

    @Test func `A service without instances has no endpoint for a request`() async throws {
        try await withHTTPService("http-nowhere", at: []) { service, client in
            let request = HTTPClientRequest(url: "http://web/")
            let error = await #expect(throws: PickError.self) {
                _ = try await client.execute(request, on: service, timeout: Self.patience)
            }
            #expect(error?.code == .empty)
        }
    }
}
