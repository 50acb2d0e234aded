// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// HTTP requests that must not reach servers twice.
struct HTTPRequestRepetitionTests {
    private static let patience = Duration.seconds(60)

    /// A request that breaks off after it was sent, and one that is answered with a failure.
    private static let failures: [[ScriptedHTTPStep]] = [[.resetConnection], [.reply(ConsulReply(500))]]

    @Test(arguments: [0, 1])
    func `A POST that a server may have received is not repeated`(failure: Int) async throws {
        let count = try await attempts(of: .post("http://web/"), "http-post-\(failure)", failure)
        #expect(count == 1)
    }

    @Test(arguments: [0, 1])
    func `A POST is repeated if the options allow it`(failure: Int) async throws {
        var options = HTTPRequestOptions()
        options.repeatsAnyMethod = true
        let count = try await attempts(of: .post("http://web/"), "http-post-again-\(failure)", failure, options)
        #expect(count == 3)
    }

    @Test(arguments: [0, 1])
    func `A streamed body is not sent twice, even if any method may be repeated`(failure: Int) async throws {
        var options = HTTPRequestOptions()
        options.repeatsAnyMethod = true
        let request = HTTPClientRequest.post("http://web/", body: Self.stream(["a", "b"]))
        #expect(try await attempts(of: request, "http-stream-\(failure)", failure, options) == 1)
    }

    @Test(arguments: [0, 1])
    func `A PUT is repeated only if its body can be sent twice`(failure: Int) async throws {
        var request = HTTPClientRequest(url: "http://web/")
        request.method = .PUT
        request.body = .bytes(ByteBuffer(string: "value"))
        #expect(try await attempts(of: request, "http-put-\(failure)", failure) == 1)
        var options = HTTPRequestOptions()
        options.isBodyReplayable = true
        #expect(try await attempts(of: request, "http-put-again-\(failure)", failure, options) == 3)
    }

    @Test func `A streamed POST that found no connection reaches another endpoint whole`() async throws {
        try await withScriptedHTTPServers([{ _ in [.reply(ConsulReply(204))] }]) { servers in
            try await withByteRelay(upstreamPort: servers[0].port) { relay in
                try await relay.set(.refusing)
                let ports = [relay.port, servers[0].port]
                try await withHTTPService("http-post-refused", at: ports) { service, client in
                    let refused = WatchedValue(0)
                    var options = HTTPRequestOptions()
                    options.classifyError = { error in
                        refused.update { $0 += 1 }
                        return .classifyingNetwork(error)
                    }
                    // The endpoints take turns, so one of two requests begins with the endpoint that refuses.
                    for _ in 0..<2 {
                        let response = try await client.execute(
                            .post("http://web/", body: Self.stream(["one", "two"])),
                            on: service,
                            timeout: Self.patience,
                            options: options
                        )
                        #expect(response.status == .noContent)
                    }
                    let bodies = servers[0].requests.map { String(decoding: $0.body, as: UTF8.self) }
                    #expect(bodies == ["onetwo", "onetwo"])
                    #expect(refused.current > 0)
                }
            }
        }
    }

    /// Sends a request to two servers that fail in the same way.
    ///
    /// - Returns: The number of times that the servers received it, whole.
    private func attempts(
        of request: HTTPClientRequest,
        _ name: String,
        _ failure: Int,
        _ options: HTTPRequestOptions = HTTPRequestOptions()
    ) async throws -> Int {
        let count = WatchedValue(0)
        let script: ScriptedHTTPServer.Script = { _ in
            count.update { $0 += 1 }
            return Self.failures[failure]
        }
        try await withScriptedHTTPServers([script, script]) { servers in
            let name = "\(name)-\(options.isBodyReplayable)"
            try await withHTTPService(name, at: servers.map(\.port)) { service, client in
                do {
                    let response = try await client.execute(
                        request,
                        on: service,
                        timeout: Self.patience,
                        options: options
                    )
                    #expect(response.status == .internalServerError)
                } catch {
                    #expect(failure == 0, "\(error)")
                }
            }
        }
        return count.current
    }

    /// A body that can be iterated once.
    private static func stream(_ parts: [String]) -> HTTPClientRequest.Body {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        for part in parts { continuation.yield(ByteBuffer(string: part)) }
        continuation.finish()
        return .stream(stream, length: .unknown)
    }
}
