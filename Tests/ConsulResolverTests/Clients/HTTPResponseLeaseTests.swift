// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// The use of an endpoint from the head of a response to the end of its body.
struct HTTPResponseLeaseTests {
    private static let page = ConsulReply(body: Array("page".utf8))
    private static let patience = Duration.seconds(60)

    @Test func `An endpoint is in use until the body has been read`() async throws {
        let gate = Gate()
        try await withScriptedHTTPServers([{ _ in .reply(Self.page, bodyAfter: gate) }]) { servers in
            try await withHTTPService("http-body", at: servers.map(\.port)) {
                $0.policy = .adaptive
            } _: { service, client in
                let request = HTTPClientRequest(url: "http://web/")
                let response = try await client.execute(request, on: service, timeout: Self.patience)
                #expect(service.outstanding == 1)
                gate.release()
                #expect(try await response.body.collect(upTo: 100) == ByteBuffer(string: "page"))
                #expect(service.outstanding == 0)
                #expect(service.balancer.endpoints.first?.latency != nil)
            }
        }
    }

    @Test func `An endpoint is free when an unread response is released`() async throws {
        let gate = Gate()
        try await withScriptedHTTPServers([{ _ in .reply(Self.page, bodyAfter: gate) }]) { servers in
            try await withHTTPService("http-unread", at: servers.map(\.port)) {
                $0.policy = .adaptive
            } _: { service, client in
                let request = HTTPClientRequest(url: "http://web/")
                var response: HTTPClientResponse? = try await client.execute(
                    request,
                    on: service,
                    timeout: Self.patience
                )
                #expect(response?.status == .ok)
                #expect(service.outstanding == 1)
                response = nil
                #expect(service.outstanding == 0)
                // The head of the response was a success.
                #expect(service.balancer.endpoints.first?.latency != nil)
            }
        }
        gate.release()
    }

    @Test func `A response without a body ends the use at once`() async throws {
        let scripts: [ScriptedHTTPServer.Script] = [{ _ in [.reply(ConsulReply(204))] }]
        try await withScriptedHTTPServers(scripts) { servers in
            try await withHTTPService("http-empty", at: servers.map(\.port)) { service, client in
                let request = HTTPClientRequest(url: "http://web/")
                let response = try await client.execute(request, on: service, timeout: Self.patience)
                #expect(service.outstanding == 0)
                #expect(try await response.body.collect(upTo: 100).readableBytes == 0)
            }
        }
    }

    @Test func `A body that breaks off counts against the endpoint, and is not requested again`() async throws {
        let scripts: [ScriptedHTTPServer.Script] = [
            { _ in .reply(Self.page, cutAfter: 2, byReset: true) }, { _ in [.reply(Self.page)] },
        ]
        try await withScriptedHTTPServers(scripts) { servers in
            try await withHTTPService("http-cut", at: servers.map(\.port)) { service, client in
                var broken = 0
                for _ in 0..<40 {
                    do {
                        let request = HTTPClientRequest(url: "http://web/")
                        let response = try await client.execute(request, on: service, timeout: Self.patience)
                        _ = try await response.body.collect(upTo: 100)
                    } catch {
                        broken += 1
                    }
                }
                #expect(broken > 0)
                #expect(service.outstanding == 0)
                #expect(service.ejectedPorts == [servers[0].port])
                #expect(servers[1].requests.count == 40 - broken)
            }
        }
    }
}
