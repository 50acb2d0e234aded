// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

struct ConsulReplyTests {
    @Test func `A Consul reply has Consul's headers as Consul spells them`() {
        let reply = ConsulReply.json("[]", index: .max, knownLeader: false, lastContact: 12)
        let head = String(decoding: reply.head, as: UTF8.self)
        #expect(head.hasPrefix("HTTP/1.1 200 "))
        for line in [
            "X-Consul-Index: 18446744073709551615", "X-Consul-Knownleader: false", "X-Consul-Lastcontact: 12",
            "Content-Length: 2",
        ] {
            #expect(head.contains("\r\n\(line)\r\n"))
        }
        #expect(reply.header("x-consul-index", nil).headers["X-Consul-Index"] == [])
        #expect(reply.header("x-consul-index", "7").headers["X-Consul-Index"] == ["7"])
    }

    @Test func `A chunked Consul reply ends with an empty chunk`() {
        let reply = ConsulReply(body: Array("abcdefghijklm".utf8), framing: .chunked(12))
        let text = String(decoding: reply.bytes, as: UTF8.self)
        #expect(text.hasSuffix("chunked\r\n\r\nc\r\nabcdefghijkl\r\n1\r\nm\r\n0\r\n\r\n"))
    }

    /// Compares the names of all members and the types of their values, on which a JSON reader depends. Where a real
    /// agent has a value, the generated reply may have null.
    @Test func `A health reply has the same structure as a real agent's`() async throws {
        let service = ServiceRegistration(
            "shape",
            address: "10.1.1.1",
            port: 80,
            tags: ["a"],
            meta: ["k": "v"],
            passingWeight: 3,
            checks: [.warning]
        )
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.registerLocally(service)
        let body = try await agent.get("/v1/health/service/shape").body
        let real = try JSONObject(parsing: #"{"entries": \#(body)}"#)
        let made = ConsulReply.health([service])
        let ours = try JSONObject(parsing: #"{"entries": \#(String(decoding: made.body, as: UTF8.self))}"#)
        let missing = Self.places(in: .object(ours)).subtracting(Self.places(in: .object(real)))
        #expect(missing == [])
        for place in ["entries.Node.Address:s", "entries.Service.Weights.Passing:n", "entries.Checks.Status:s"] {
            #expect(Self.places(in: .object(ours)).contains(place))
        }
    }

    private static func places(in value: JSONObject.Value, at path: String = "") -> Set<String> {
        switch value {
        case .object(let object):
            Set(
                object.members.flatMap { name, member in
                    places(in: member, at: path.isEmpty ? name : "\(path).\(name)")
                }
            )
        case .array(let values): Set(values.flatMap { places(in: $0, at: path) })
        case .string: ["\(path):s"]
        case .number: ["\(path):n"]
        case .bool: ["\(path):b"]
        case .null: []
        }
    }
}
