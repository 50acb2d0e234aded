// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

struct QueryMessageTests {
    private func question() throws -> Question {
        Question(name: try DomainName("Web.consul"), type: .srv)
    }

    @Test
    func `A query is encoded as in RFC 1035, with the case of its name preserved`() throws {
        let query = QueryMessage(id: 0xabcd, question: try question())
        #expect(
            query.encoded == WireBytes.hex("abcd 0100 0001 0000 0000 0000 03 576562 06 636f6e73756c 00 0021 0001")
        )
    }

    @Test func `A query has an OPT record if it advertises a UDP size`() throws {
        let query = QueryMessage(id: 1, question: try question(), recursionDesired: false, ednsPayloadSize: 1232)
        #expect(
            query.encoded
                == WireBytes.hex(
                    """
                    0001 0000 0001 0000 0000 0001 03 576562 06 636f6e73756c 00 0021 0001
                    00 0029 04d0 00000000 0000
                    """
                )
        )
    }

    @Test func `An encoded query is decoded to the same question`() throws {
        let message = try Message(
            parsing: QueryMessage(id: 7, question: try question(), ednsPayloadSize: 4096).encoded
        )
        #expect(message.id == 7)
        #expect(message.flags == .recursionDesired)
        #expect(message.questions == [try question()])
        #expect(message.edns == EDNS(payloadSize: 4096))
    }
}
