// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore

/// Changes the watched service in Consul's catalog.
struct Catalog {
    let port: Int
    private let client = HTTPClient()

    init(port: Int) { self.port = port }

    func register(_ index: Int) async throws { try await put("register", instance(index, status: "passing")) }

    func fail(_ index: Int) async throws { try await put("register", instance(index, status: "critical")) }

    func deregister(_ index: Int) async throws { try await put("deregister", #"{"Node":"bench-\#(index)"}"#) }

    func shutdown() async throws { try await client.shutdown() }

    private func instance(_ index: Int, status: String) -> String {
        #"{"Node":"bench-\#(index)","Address":"10.0.0.\#(index + 1)","Service":{"Service":"bench-watch","Port":80},"#
            + #""Check":{"CheckID":"c","Name":"c","ServiceID":"bench-watch","Status":"\#(status)"}}"#
    }

    private func put(_ verb: String, _ body: String) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/v1/catalog/\(verb)")
        request.method = .PUT
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await client.execute(request, timeout: .seconds(10))
        guard response.status == .ok else { fatalError("\(verb) was answered \(response.status)") }
        _ = try await response.body.collect(upTo: 1024)
    }
}
