// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

struct IPAddressTests {
    @Test(arguments: ["10.0.0.1", "2001:db8::1", "::", "0.0.0.0"])
    func `The family of an IP address follows from its text`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == text)
        if case .v4 = address { #expect(!text.contains(":")) } else { #expect(text.contains(":")) }
    }

    @Test(arguments: ["localhost", "10.0.0.1:80", "[::1]", ""])
    func `An IP address refuses names, ports and brackets`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test
    func `An IP address is unmapped, so that both spellings of one endpoint are equal`() throws {
        let mapped = try #require(IPAddress("::ffff:10.0.0.1"))
        let plain = try #require(IPAddress("10.0.0.1"))
        #expect(mapped != plain)
        #expect(mapped.unmapped == plain)
        #expect(plain.unmapped == plain)
        #expect(IPAddress("2001:db8::1")?.unmapped == IPAddress("2001:db8::1"))
    }

    @Test func `An IP address is loopback in either family and when mapped`() {
        #expect(["127.0.0.1", "::1", "::ffff:127.0.0.1"].allSatisfy { IPAddress($0)?.isLoopback == true })
        #expect(["10.0.0.1", "::2"].allSatisfy { IPAddress($0)?.isLoopback == false })
    }

    @Test func `IP addresses sort IPv4 before IPv6`() {
        let sorted = ["10.0.0.2", "10.0.0.10", "::1", "2001:db8::1"]
        #expect(sorted.reversed().compactMap { IPAddress($0) }.sorted().map(\.description) == sorted)
    }
}
