// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress
import Testing

struct MessageTests {
    @Test func `A message with services and glue is decoded in full`() throws {
        let message = try Message(parsing: Samples.service)
        #expect(message.id == 0x1234)
        #expect(message.flags.description == "qr aa rd")
        #expect(message.opcode == .query)
        #expect(message.responseCode == .noError)
        #expect(message.questions.map(\.description) == ["web.service.consul. IN SRV"])
        #expect(message.answers.map(\.description) == ["web.service.consul. 0 IN SRV 1 10 8080 n1.node.dc1.consul."])
        #expect(message.authority.isEmpty)
        #expect(message.additional.map(\.description) == ["n1.node.dc1.consul. 0 IN A 10.0.0.1"])
        #expect(message.edns == nil)
    }

    @Test func `A negative answer carries the SOA record and its TTL`() throws {
        let message = try Message(parsing: Samples.noSuchName)
        #expect(message.responseCode == .nameError)
        #expect(
            message.authority.map(\.description) == [
                "consul. 15 IN SOA ns.consul. hostmaster.consul. 1710227456 3600 600 86400 15"
            ]
        )
    }

    @Test func `A message with EDNS contains its options, and the OPT record has no TTL`() throws {
        let message = try Message(parsing: Samples.metadata)
        #expect(message.answers.map(\.data.description) == ["10.0.0.1", #""a=1" "b=\" ""#])
        let option = EDNSOption(code: 10, data: [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(message.edns == EDNS(payloadSize: 4096, flags: 0x8000, options: [option]))
        #expect(message.additional.first?.ttl == 0)
        #expect(message.edns?.description == "version 0 udp 4096 flags 0x8000 option 10 (8 bytes)")
    }

    @Test func `The response code of a message has its upper bits from the OPT record`() throws {
        let opt = WireBytes.record([0], type: 41, class: 1232, ttl: 0x0100_0000, data: [])
        #expect(try Message(parsing: WireBytes.header(additional: 1) + opt).responseCode == .badVersion)
        #expect(try Message(parsing: WireBytes.header(flags: 0x8002, additional: 1) + opt).responseCode.rawValue == 18)
        // OPT is undefined outside the additional section (RFC 6891 section 6.1.1).
        #expect(try Message(parsing: WireBytes.header(answers: 1) + opt).responseCode == .noError)
    }

    @Test
    func `A message may be a bare header, as in Consul's reply to an unreadable query`() throws {
        let message = try Message(parsing: WireBytes.header(flags: 0x8001))
        #expect(message.responseCode == .formatError)
        #expect(message.questions.isEmpty)
    }

    @Test func `A message ignores bytes behind its last record`() throws {
        #expect(try Message(parsing: Samples.service + [0xde, 0xad]) == Message(parsing: Samples.service))
    }

    @Test func `A message separates opcode and flags`() throws {
        let message = try Message(parsing: WireBytes.header(flags: 0x2840))
        #expect(message.opcode == .update)
        #expect(message.flags == [])
    }

    @Test func `A message may hold 50 instances with their addresses and metadata`() throws {
        let message = try Message(parsing: Samples.services(50))
        #expect(message.answers.count == 50)
        #expect(message.additional.count == 100)
        #expect(message.answers.last?.data.description == "1 10 8049 node-1049.node.dc1.consul.")
        #expect(message.additional.last?.name == (try DomainName("NODE-1049.node.dc1.consul")))
    }
}
