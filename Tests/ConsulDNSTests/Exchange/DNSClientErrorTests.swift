// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulDNS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

struct DNSClientErrorTests {
    private let server = Nameserver(address: "2001:db8::1")

    @Test func `The description of a DNS client error names server, transport and cause`() {
        let refused = DNSClientError(.connectionFailed, server: server, transport: .tcp, systemError: ECONNREFUSED)
        #expect(refused.description == "[2001:db8::1]:8600 over TCP: connection refused")
        let closed = DNSClientError(.connectionFailed, server: server, transport: .tcp)
        #expect(closed.description == "[2001:db8::1]:8600 over TCP: the connection was closed")
        let timedOut = DNSClientError(.timedOut, server: .loopback(53), transport: .udp)
        #expect(timedOut.description == "127.0.0.1:53 over UDP: no answer before the deadline")
        #expect(timedOut.reason == "no answer before the deadline")
        #expect(DNSClientError(.closed).description == "the client has been shut down")
    }

    @Test func `A DNS client error has a code with a name`() {
        let codes: [DNSClientError.Code] = [
            .timedOut, .connectionFailed, .malformedAnswer, .rejected, .closed, .outOfResources,
        ]
        #expect(
            codes.map(\.description)
                == ["timedOut", "connectionFailed", "malformedAnswer", "rejected", "closed", "outOfResources"]
        )
        #expect(Set(codes).count == codes.count)
    }
}
