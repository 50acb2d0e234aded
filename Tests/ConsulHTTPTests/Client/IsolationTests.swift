// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

@Suite("Beside a datacenter that hangs")
struct IsolationTests {
    private static func script(_ gate: Gate) -> ScriptedHTTPServer.Script {
        { request in
            request.parameter("dc")?.hasPrefix("hung") == true
                ? .reply(.json("[]"), after: gate) : [.reply(.json("[]"))]
        }
    }

    private func read(_ datacenter: String?) -> ReadRequest {
        var request = ReadRequest.nodes
        request.options.datacenter = datacenter
        return request
    }

    /// Runs a test beside reads of datacenters that hang, and ends them.
    private func withHungReads(
        of datacenters: [String],
        each count: Int,
        _ body: (ConsulHTTPClient, ScriptedHTTPServer) async throws -> Void
    ) async throws {
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withClient(port: server.port) { client in
                let hung = datacenters.flatMap { datacenter in
                    (0..<count).map { _ in
                        Task { try await client.read(read(datacenter), timeout: .seconds(3600)).status }
                    }
                }
                for datacenter in datacenters {
                    try await server.waitForRequest("a read of \(datacenter)") { $0.parameter("dc") == datacenter }
                }
                try await body(client, server)
                gate.release()
                for task in hung {
                    let status = try await task.value(within: .seconds(60))
                    #expect(status == 200)
                }
            }
        }
    }

    @Test("local reads and those of other datacenters go on")
    func others() async throws {
        try await withHungReads(of: ["hung"], each: 30) { client, server in
            for _ in 0..<20 {
                let status = try await client.read(read(nil), timeout: .seconds(5)).status
                #expect(status == 200)
                let other = try await client.read(read("well"), timeout: .seconds(5)).status
                #expect(other == 200)
            }
            #expect(server.requests.filter { $0.parameter("dc") == "hung" }.count <= 4)
        }
    }

    @Test("and beside many of them, local reads go on, and connections stay far fewer than an agent takes")
    func many() async throws {
        let datacenters = (0..<20).map { "hung\($0)" }
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withClient(port: server.port) { client in
                let hung = datacenters.flatMap { datacenter in
                    (0..<10).map { _ in
                        Task { try await client.read(read(datacenter), timeout: .seconds(3600)).status }
                    }
                }
                try await server.waitForRequests(20)
                for _ in 0..<20 {
                    let status = try await client.read(read(nil), timeout: .seconds(5)).status
                    #expect(status == 200)
                }
                #expect(server.openConnections < 50)
                gate.release()
                for task in hung {
                    let status = try await task.value(within: .seconds(60))
                    #expect(status == 200)
                }
            }
        }
    }

    @Test("a local read takes no more than twice its usual time")
    func time() async throws {
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withClient(port: server.port) { other in
                try await withClient(port: server.port) { client in
                    let hung = (0..<30).map { _ in
                        Task { try await client.read(read("hung"), timeout: .seconds(3600)).status }
                    }
                    try await server.waitForRequest("a read that hangs") { $0.parameter("dc") == "hung" }
                    // In turns with another client, so that whatever else the machine does slows down both.
                    let clock = ContinuousClock()
                    var (usual, beside): ([Duration], [Duration]) = ([], [])
                    for _ in 0..<101 {
                        usual.append(try await clock.measure { _ = try await other.read(read(nil)) })
                        beside.append(try await clock.measure { _ = try await client.read(read(nil)) })
                    }
                    gate.release()
                    for task in hung { _ = try await task.value(within: .seconds(60)) }
                    let (median, usualMedian) = (beside.sorted()[50], usual.sorted()[50])
                    #expect(median <= usualMedian * 2, "\(median) beside, \(usualMedian) usually")
                }
            }
        }
    }
}
