// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

struct DNSQueryTests {
    @Test func `A DNS query equals one for the same name in another case`() {
        let query = DNSQuery.srv("web.service.consul", edns: 1232)
        #expect(query == .srv("WEB.Service.consul", edns: 1232))
        #expect(query.hashValue == DNSQuery.srv("WEB.Service.consul", edns: 1232).hashValue)
        #expect(query != .srv("web.service.consul"))
        #expect(query != .srv("web.service.consul", edns: 4096))
        #expect(query != DNSQuery(Question(name: "web.service.consul", type: .a), ednsPayloadSize: 1232))
        #expect(query != DNSQuery(query.question, ednsPayloadSize: 1232, recursionDesired: false))
    }

    @Test func `A DNS query never advertises more than Consul can send`() {
        #expect(DNSQuery.srv("web.service.consul", edns: 4096).ednsPayloadSize == 4096)
        #expect(DNSQuery.srv("web.service.consul", edns: .max).ednsPayloadSize == 4096)
        #expect(DNSQuery.srv("web.service.consul").ednsPayloadSize == nil)
        var query = DNSQuery.srv("web.service.consul")
        query.ednsPayloadSize = 65_000
        #expect(query.ednsPayloadSize == 4096)
    }

    @Test
    func `A DNS query advertises more only for a caller that knows the answer's size`() throws {
        let query = DNSQuery(webQuestion, uncheckedPayloadSize: 65_000)
        #expect(try Message(parsing: query.message).edns?.payloadSize == 65_000)
    }

    @Test func `A DNS query is encoded as a message that a reader understands`() throws {
        let query = DNSQuery(webQuestion, ednsPayloadSize: 1232, recursionDesired: false)
        let message = try Message(parsing: query.message)
        #expect(message.questions == [webQuestion])
        #expect(message.edns?.payloadSize == 1232)
        #expect(message.flags == [])
    }
}
