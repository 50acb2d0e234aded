// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulDNS

struct GlueTests {
    @Test func `Glue addresses are assigned to the instances of their node, each once`() throws {
        // Consul sends one address for each SRV record, even if several belong to one node.
        let names: [DNSName] = ["n1.node.dc1.consul.", "n2.node.dc1.consul.", "n1.node.dc1.consul."]
        let glue = [
            DNSRecord(names[0], .a("10.0.0.1")), DNSRecord(names[1], .a("10.0.0.2")),
            DNSRecord(names[2], .a("10.0.0.1")),
        ]
        for compression in DNSCompression.allCases {
            let expected: [ServiceInstance.Target] = [
                .address("10.0.0.1", node: "n1"), .address("10.0.0.2", node: "n2"), .address("10.0.0.1", node: "n1"),
            ]
            #expect(try targets(names, additional: glue, compression: compression) == expected)
            #expect(try targets(names, additional: glue.reversed(), compression: compression) == expected)
            #expect(try targets(names, additional: Array(glue.prefix(2)), compression: compression) == expected)
        }
    }

    @Test func `Glue addresses are matched without regard to case`() throws {
        for compression in DNSCompression.allCases {
            #expect(
                try targets(
                    ["Node-A.node.dc1.consul.", "node-a.node.dc1.consul."],
                    additional: [DNSRecord("NODE-A.NODE.dc1.consul.", .a("10.0.0.1"))],
                    compression: compression
                ) == [.address("10.0.0.1", node: "Node-A"), .address("10.0.0.1", node: "node-a")]
            )
        }
    }

    @Test(arguments: DNSCompression.allCases, [1, 2])
    func `Glue addresses limit the TTL of the answer, however they are joined`(
        compression: DNSCompression,
        shortest: Int
    ) throws {
        let answer = try ServiceAnswer(
            webReply {
                $0.compression = compression
                $0.answers = [.service("Node-A.node.dc1.consul.", ttl: 9)]
                $0.additional = [
                    DNSRecord("other.node.dc1.consul.", ttl: 1, .a("10.0.0.9")),
                    DNSRecord("node-a.node.dc1.consul.", ttl: shortest == 1 ? 3 : 7, .a("10.0.0.1")),
                    DNSRecord("node-a.node.dc1.consul.", ttl: shortest == 2 ? 3 : 7, .a("10.0.0.2")),
                ]
            }
        )
        #expect(answer.timeToLive == .seconds(3))
    }

    @Test func `Glue addresses of names that are no target are ignored`() throws {
        let glue = [
            DNSRecord("n2.node.dc1.consul.", .a("10.6.6.6")), DNSRecord("web.service.consul.", .a("10.6.6.6")),
            DNSRecord("n1.node.dc1.consul.", recordClass: 3, .a("10.6.6.6")),
        ]
        #expect(
            try targets(["n1.node.dc1.consul."], additional: glue)
                == [.node("n1", addresses: [], name: "n1.node.dc1.consul")]
        )
    }

    @Test func `Glue addresses may be missing, and TXT records are not addresses`() throws {
        let text = DNSRecord("n1.node.dc1.consul.", .txt(["10.0.0.1"]))
        #expect(
            try targets(["n1.node.dc1.consul.", "web.service.dc1.consul."], additional: [text])
                == [
                    .node("n1", addresses: [], name: "n1.node.dc1.consul"),
                    .consulName("web.service.dc1.consul", addresses: []),
                ]
        )
    }

    @Test func `Glue addresses of two families are all kept`() throws {
        let name: DNSName = "n1.node.dc1.consul."
        let glue = [
            DNSRecord(name, .a("10.0.0.1")), DNSRecord(name, .aaaa("2001:db8::1")),
            // The same address, mapped.
            DNSRecord(name, .aaaa("::ffff:10.0.0.1")),
        ]
        #expect(
            try targets([name, name], additional: glue)
                == Array(
                    repeating: .node("n1", addresses: ["10.0.0.1", "2001:db8::1"], name: "n1.node.dc1.consul"),
                    count: 2
                )
        )
    }

    @Test
    func `Glue addresses of a foreign host from recursors are ignored, as in the HTTP API`() throws {
        let name: DNSName = "db.example.com."
        let first = DNSRecord(name, .a("192.0.2.1"))
        for additional in [[first], [first, DNSRecord(name, .a("192.0.2.2"))]] {
            let answer = try ServiceAnswer(
                webReply {
                    $0.answers = [.service(name)]
                    $0.additional = additional
                    $0.recursionAvailable = true
                }
            )
            #expect(answer.instances.map(\.target) == [.host(.name("db.example.com"))])
        }
    }

    @Test
    func `Glue addresses outside the domain count if Consul sent them, as 1.8 does`() throws {
        let name: DNSName = "n1.node.dc1.consul-two."
        #expect(
            try targets([name], additional: [DNSRecord(name, .a("10.0.0.1"))]) == [.address("10.0.0.1", node: nil)]
        )
    }

    @Test
    func `Glue addresses of a name that all instances share stay with that name`() throws {
        let name: DNSName = "web.service.dc1.consul."
        let glue = [DNSRecord(name, .a("10.0.0.1")), DNSRecord(name, .a("10.0.0.2"))]
        #expect(
            try targets([name, name], additional: glue)
                == Array(
                    repeating: .consulName("web.service.dc1.consul", addresses: ["10.0.0.1", "10.0.0.2"]),
                    count: 2
                )
        )
    }

    @Test(arguments: DNSCompression.allCases)
    func `Glue addresses are joined for 1000 instances, mostly beyond the reach of pointers`(
        compression: DNSCompression
    ) throws {
        let count = compression == .none ? 600 : 1000
        let names = (0..<count).map { DNSName("n\($0).node.dc1.consul.") }
        let reply = webReply {
            $0.answers = names.map { .service($0) }
            $0.additional = names.enumerated().map { DNSRecord($1, .a(ConsulAgent.instanceAddress($0))) }
            $0.compression = compression
        }
        #expect(reply.bytes.count > 0x4000 && reply.bytes.count <= 65_535)
        let answer = try ServiceAnswer(reply)
        #expect(answer.instances.count == count)
        for (index, instance) in answer.instances.enumerated() {
            let address = try #require(IPAddress(ConsulAgent.instanceAddress(index)))
            #expect(instance.target == .address(address, node: "n\(index)"))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `The time to join glue addresses is not quadratic in a hostile answer`() throws {
        // The maximum number of records: all instances with one name, and as many different addresses for it.
        let name: DNSName = "x.service.consul."
        let reply = webReply {
            $0.compression = .everywhere
            $0.answers = (0..<1800).map { .service(name, port: UInt16($0)) }
            $0.additional = (0..<1800).map { DNSRecord(name, .a(ConsulAgent.instanceAddress($0))) }
        }
        #expect(reply.bytes.count <= 65_535)
        let answer = try ServiceAnswer(reply)
        #expect(answer.instances.count == 1800)
        for instance in answer.instances.suffix(2) {
            guard case .consulName(_, let addresses) = instance.target else {
                Issue.record("\(instance.target)")
                continue
            }
            #expect(addresses.count == 1800)
        }
    }
}
