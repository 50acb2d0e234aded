// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NetworkAddress
import TestSupport
import Testing

struct TargetReaderTests {
    @Test(
        arguments: [
            ("0a000001.addr.dc1.consul.", "10.0.0.1"), ("0A0000FF.ADDR.DC1.CONSUL.", "10.0.0.255"),
            ("0a000001.addr.consul.", "10.0.0.1"), ("0a000001.addr.dc1.dc.consul.", "10.0.0.1"),
            ("20010db8000000000000000000000046.addr.dc1.consul.", "2001:db8::46"),
            ("00000000000000000000ffff0a000001.addr.dc1.consul.", "10.0.0.1"),
        ] as [(DNSName, IPAddress)],
        DNSCompression.allCases
    )
    func `An SRV target that encodes an address needs no address record`(
        target: (name: DNSName, address: IPAddress),
        compression: DNSCompression
    ) throws {
        let misleading = DNSRecord(target.name, .a("192.0.2.99"))
        let found = try targets([target.name, target.name], additional: [misleading], compression: compression)
        #expect(found == [.address(target.address, node: nil), .address(target.address, node: nil)])
    }

    @Test(
        arguments: [
            "0a00000.addr.dc1.consul.", "0a00000g.addr.dc1.consul.", "x.0a000001.addr.dc1.consul.", "addr.consul.",
            "web.service.dc1.consul.", "node.consul.", "a.b.c.consul.", "db.connect.dc1.consul.",
            // The first keyword from the right counts.
            "0a000001.addr.service.consul.", "n1.node.service.consul.", "n1.node.query.dc1.consul.",
        ] as [DNSName]
    )
    func `Another name in Consul's domain remains a name`(name: DNSName) throws {
        let expected = ServiceInstance.Target.consulName(
            DomainName(stringLiteral: name.presentation),
            addresses: ["10.0.0.7"]
        )
        #expect(try targets([name], additional: [DNSRecord(name, .a("10.0.0.7"))]) == [expected])
    }

    @Test(
        arguments: [
            ("n1.node.dc1.consul.", "n1"), ("N1.Node.DC1.Consul.", "N1"), ("n1.node.consul.", "n1"),
            ("n1.rack.example.node.dc1.consul.", "n1.rack.example"), ("node.node.dc1.consul.", "node"),
            ("service.node.dc1.consul.", "service"), ("addr.node.consul.", "addr"), ("x.addr.node.consul.", "x.addr"),
            (#"a\032b.node.dc1.consul."#, "a b"), ("0a000001.node.dc1.consul.", "0a000001"),
        ] as [(DNSName, String)],
        DNSCompression.allCases
    )
    func `An SRV target of a node yields the node's name with its dots, keywords and case`(
        target: (name: DNSName, node: String),
        compression: DNSCompression
    ) throws {
        let glue = DNSRecord(target.name, .a("10.0.0.7"))
        #expect(
            try targets([target.name], additional: [glue], compression: compression)
                == [.address("10.0.0.7", node: target.node)]
        )
    }

    @Test
    func `An SRV target outside of Consul's domain never encodes an address`() throws {
        // A host may have the name of the domain: Consul has no address for that name.
        for name in ["0a000001.addr.dc1.example.", "n1.node.example.", "0a000001.addr.consul.example.", "consul."] {
            #expect(try targets([DNSName(name)]) == [.host(.name(String(name.dropLast())))])
        }
        // Also beside targets that do: their known suffix does not apply to others.
        #expect(
            try targets(["0a000001.addr.dc1.consul.", "0a000002.addr.dc1.cansul.", "0a000003.addr.dc1.consul."])
                == [
                    .address("10.0.0.1", node: nil), .host(.name("0a000002.addr.dc1.cansul")),
                    .address("10.0.0.3", node: nil),
                ]
        )
    }

    @Test func `A foreign SRV target is a host name, or an address written as one`() throws {
        let found = try targets(["db.example.com.", "10.1.1.1.", "2001:db8::5.", "my_host."])
        #expect(
            found == [
                .host(.name("db.example.com")), .host(.address("10.1.1.1")), .host(.address("2001:db8::5")),
                .host(.name("my_host")),
            ]
        )
    }

    @Test(
        arguments: [
            "10.1.1.1:99.", "/var/run/x.sock.", "[2001:db8::5].", "fe80::1%eth0.", "10.0.0.256.", #"a\032b.example."#,
            // One label that contains a dot is not two labels.
            #"a\.b.example."#, #"10\.0\.0\.1."#, #"\255.example."#,
        ] as [DNSName]
    )
    func `An SRV target is invalid if the registered text cannot be connected to`(name: DNSName) throws {
        #expect(try targets([name]) == [.invalid(DomainName(stringLiteral: name.presentation))])
    }

    @Test func `The root as SRV target means that the service is decidedly not available`() throws {
        for compression in DNSCompression.allCases {
            #expect(try targets(["."], compression: compression) == [.unavailable])
        }
    }

    @Test func `SRV targets are read in any configured domain`() throws {
        let reply = webReply {
            $0.answers = [.service("0a000001.addr.dc1.corp.example."), .service("0a000001.addr.dc1.consul.")]
        }
        let answer = try ServiceAnswer(parsing: reply.bytes, answering: webQuestion, domain: "Corp.Example")
        #expect(
            answer.instances.map(\.target)
                == [.address("10.0.0.1", node: nil), .host(.name("0a000001.addr.dc1.consul"))]
        )
    }
}
