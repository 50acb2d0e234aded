// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport
import TestSupport
import Testing

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

    /// Runs a test during pending reads of datacenters that hang, and ends them.
    private func withHungReads(
        of datacenters: [String],
        each count: Int,
        _ body: (ConsulHTTPClient, ScriptedHTTPServer) async throws -> Void
    ) async throws {
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withConsul(port: server.port) { client in
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

    @Test func `Reads of a datacenter that hangs do not delay reads of other datacenters`() async throws {
        try await withHungReads(of: ["hung"], each: 30) { client, server in
            for _ in 0..<20 {
                let status = try await client.read(read(nil), timeout: .seconds(5)).status
                #expect(status == 200)
                let other = try await client.read(read("well"), timeout: .seconds(5)).status
                #expect(other == 200)
            }
            // Hedges have permits of their own.
            let held = server.requests.filter { $0.parameter("dc") == "hung" && $0.keepsAlive }
            #expect(held.count <= 4)
        }
    }

    @Test
    func `Reads of many hanging datacenters delay no local read, and use few connections`() async throws {
        let datacenters = (0..<20).map { "hung\($0)" }
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withConsul(port: server.port) { client in
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

    @Test func `A local read next to a hanging datacenter takes at most twice its usual time`() async throws {
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withConsul(port: server.port) { other in
                try await withConsul(port: server.port) { client in
                    let hung = (0..<30).map { _ in
                        Task { try await client.read(read("hung"), timeout: .seconds(3600)).status }
                    }
                    try await server.waitForRequest("a read that hangs") { $0.parameter("dc") == "hung" }
                    // Reads of this client and of another one alternate, so that other load on the machine slows down
                    // both.
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
