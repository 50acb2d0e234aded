// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulDNS

struct ServiceAnswerTests {
    @Test(arguments: DNSCompression.allCases)
    func `A service answer has one complete instance for each SRV record`(compression: DNSCompression) throws {
        let reply = webReply {
            $0.answers = [
                .service("n1.node.dc1.consul.", port: 65_535, weight: 65_535, priority: 2, ttl: 9),
                .service("0a000002.addr.dc1.consul.", port: 0, weight: 0, ttl: 10),
            ]
            $0.additional = [DNSRecord("n1.node.dc1.consul.", ttl: 7, .a("10.0.0.1")), .opt(udpSize: 1232)]
            $0.compression = compression
        }
        let answer = try ServiceAnswer(reply)
        #expect(
            answer.instances == [
                ServiceInstance(
                    priority: 2,
                    weight: 65_535,
                    port: 65_535,
                    target: .address("10.0.0.1", node: "n1")
                ),
                ServiceInstance(priority: 1, weight: 0, port: 0, target: .address("10.0.0.2", node: nil)),
            ]
        )
        #expect(answer.timeToLive == .seconds(7))
        #expect(answer.responseCode == .noError)
        #expect(answer.flags.contains(.authoritative))
        #expect(!answer.flags.contains(.truncated))
        #expect(answer.hasEDNS)
        #expect(answer.wireSize == reply.bytes.count)
        #expect(answer.authority == nil)
    }

    @Test func `A service answer reports authority and truncation`() throws {
        let answer = try ServiceAnswer(
            webReply {
                $0.answers = [.service("0a000001.addr.dc1.consul.")]
                $0.isTruncated = true
                $0.isAuthoritative = false
            }
        )
        #expect(answer.flags.contains(.truncated))
        #expect(!answer.flags.contains(.authoritative))
        #expect(!answer.hasEDNS)
    }

    @Test
    func `A negative service answer names the zone and its TTL`() throws {
        let start = DNSRecord.Content.soa(
            "ns.consul.",
            "hostmaster.consul.",
            serial: 1,
            refresh: 2,
            retry: 3,
            expire: 4,
            minimum: 5
        )
        for (ttl, expected) in [(15, 5), (3, 3)] as [(UInt32, Int)] {
            let answer = try ServiceAnswer(
                webReply {
                    $0.code = .nameError
                    $0.authority = [
                        DNSRecord("consul.", ttl: 9, .ns("ns.consul.")), DNSRecord("consul.", ttl: ttl, start),
                    ]
                }
            )
            #expect(answer.responseCode == .nameError)
            #expect(answer.instances.isEmpty)
            #expect(answer.authority?.zone == "consul")
            #expect(answer.authority?.timeToLive == .seconds(expected))
            #expect(answer.timeToLive == .zero)
        }
        #expect(try ServiceAnswer(webReply { $0.code = .serverFailure }).authority == nil)
    }

    @Test func `A service answer has the response code of EDNS`() throws {
        let answer = try ServiceAnswer(webReply { $0.additional = [.opt(udpSize: 1232, extendedCode: 1)] })
        #expect(answer.responseCode == .badVersion)
    }

    @Test func `A service answer ignores records of another name, type or class`() throws {
        let answer = try ServiceAnswer(
            webReply {
                $0.answers = [
                    .service("0a000001.addr.dc1.consul.", owner: "db.service.consul."),
                    DNSRecord("web.service.consul.", .a("10.0.0.9")),
                    DNSRecord("web.service.consul.", .cname("0a000002.addr.dc1.consul.")),
                    DNSRecord(
                        "web.service.consul.",
                        recordClass: 3,
                        .srv(priority: 1, weight: 1, port: 1, target: "0a000003.addr.dc1.consul.")
                    ),
                    .service("0a000004.addr.dc1.consul.", owner: "WEB.service.CONSUL."),
                ]
            }
        )
        #expect(answer.instances.map(\.target) == [.address("10.0.0.4", node: nil)])
    }

    @Test
    func `A service answer must repeat the question, in any case`() throws {
        let service = DNSRecord.service("0a000001.addr.dc1.consul.")
        let other = DNSReply(name: "db.service.consul.", type: DNSType.srv).with { $0.answers = [service] }
        #expect(throws: AnswerError.differentQuestion) { try ServiceAnswer(other) }
        let address = DNSReply(name: "web.service.consul.", type: DNSType.a)
        #expect(throws: AnswerError.differentQuestion) { try ServiceAnswer(address) }
        #expect(throws: AnswerError.differentQuestion) { try ServiceAnswer(webReply { $0.questionName = nil }) }
        let spelled = DNSReply(name: "wEb.SERVICE.consul.", type: DNSType.srv).with { $0.answers = [service] }
        #expect(try ServiceAnswer(spelled).instances.count == 1)
    }

    @Test func `A query that is sent back is not a service answer`() {
        let bytes = DNSQuery(webQuestion).message
        #expect(throws: AnswerError.notAResponse) {
            try ServiceAnswer(parsing: bytes, answering: webQuestion, domain: .consul)
        }
    }

    @Test func `A service answer is refused if a relevant part is malformed`() {
        let reply = webReply { $0.answers = [.service("n1.node.dc1.consul.")] }
        let size = reply.bytes.count
        for tampering in [
            DNSTampering.cut(to: 11), .cut(to: size - 1), .counts(2), .pointerLoop(at: reply.firstAnswerPlace),
            .pointerBeyondEnd(at: reply.firstAnswerPlace),
        ] {
            #expect {
                try ServiceAnswer(parsing: reply.bytes(tampering), answering: webQuestion, domain: .consul)
            } throws: { error in
                if case .malformed = error as? AnswerError { true } else { false }
            }
        }
        #expect(throws: AnswerError.self) { try ServiceAnswer(parsing: [], answering: webQuestion, domain: .consul) }
    }

    @Test(arguments: 0..<8)
    func `A service answer never crashes its reader, whatever bit is flipped`(bit: Int) {
        let reply = webReply {
            $0.answers = [
                .service("n1.node.dc1.consul."), .service("0a000001.addr.dc1.consul."), .service("db.example."),
            ]
            $0.additional = [DNSRecord("n1.node.dc1.consul.", .a("10.0.0.1")), .opt(udpSize: 1232)]
        }
        for place in reply.bytes.indices {
            let bytes = reply.bytes(.flippedBit(bit, inByte: place))
            let answer = try? ServiceAnswer(parsing: bytes, answering: webQuestion, domain: .consul)
            #expect((answer?.instances.count ?? 0) <= 3)
        }
    }

    @Test(arguments: Transport.allCases)
    func `A service answer judges its own completeness`(transport: Transport) throws {
        let answer = try ServiceAnswer(
            webReply {
                $0.answers = [.service("0a000001.addr.dc1.consul.")]
                $0.additional = [.opt(udpSize: 1232)]
            }
        )
        let limit = transport == .tcp ? 65_523 : 1232
        #expect(answer.completeness(over: transport, advertised: 1232) == .unconfirmed(limit: limit))
        let withoutSize: AnswerCompleteness = transport == .tcp ? .unconfirmed(limit: limit) : .unproven
        #expect(answer.completeness(over: transport, advertised: nil) == withoutSize)
    }

    @Test(arguments: DNSCompression.allCases)
    func `A service answer has the instances at the end of its CNAME records`(compression: DNSCompression) throws {
        let answer = try ServiceAnswer(
            webReply {
                $0.answers = [
                    DNSRecord("web.service.consul.", .cname("web.rewritten.example.")),
                    DNSRecord("WEB.rewritten.example.", .cname("web.service.dc1.consul.")),
                    service("web.service.dc1.consul.", "0a000001.addr.dc1.consul."),
                    service("web.service.dc1.consul.", "n1.node.dc1.consul."),
                ]
                $0.additional = [DNSRecord("n1.node.dc1.consul.", .a("10.0.0.2"))]
                $0.compression = compression
            }
        )
        #expect(answer.instances.map(\.target) == [.address("10.0.0.1", node: nil), .address("10.0.0.2", node: "n1")])
        #expect(!answer.hasUnrelatedRecords)
    }

    @Test
    func `A service answer with records of another name has no instances and is not negative`() throws {
        let answer = try ServiceAnswer(
            webReply { $0.answers = [service("web.service.dc1.consul.", "0a000001.addr.dc1.consul.")] }
        )
        #expect(answer.instances.isEmpty)
        #expect(answer.hasUnrelatedRecords)
        let mixed = try ServiceAnswer(
            webReply {
                $0.answers = [
                    .service("0a000001.addr.dc1.consul."), service("db.service.consul.", "0a000002.addr.dc1.consul."),
                ]
            }
        )
        #expect(mixed.instances.count == 1)
        #expect(mixed.completeness(over: .tcp, advertised: nil) == .unproven)
    }

    @Test
    func `A service answer follows no alias cycle, and an alias alone is not negative`() throws {
        let answer = try ServiceAnswer(
            webReply {
                $0.answers = [
                    DNSRecord("web.service.consul.", .cname("a.example.")),
                    DNSRecord("a.example.", .cname("b.example.")),
                    DNSRecord("b.example.", .cname("a.example.")), service("c.example.", "0a000001.addr.dc1.consul."),
                ]
            }
        )
        #expect(answer.instances.isEmpty)
        #expect(answer.hasUnrelatedRecords)
        let alias = try ServiceAnswer(
            webReply { $0.answers = [DNSRecord("web.service.consul.", .cname("web.example."))] }
        )
        #expect(alias.hasUnrelatedRecords)
    }

    private func service(_ owner: DNSName, _ target: DNSName) -> DNSRecord {
        DNSRecord(owner, .srv(priority: 1, weight: 1, port: 8080, target: target))
    }
}
