// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

struct IPv4AddressTests {
    @Test(
        arguments: [
            ("0.0.0.0", 0), ("127.0.0.1", 0x7f00_0001), ("10.0.200.9", 0x0a00_c809), ("255.255.255.255", 0xffff_ffff),
        ] as [(String, UInt32)]
    )
    func `An IPv4 address parses a dotted quad and writes the same one`(text: String, value: UInt32) {
        #expect(IPv4Address(text)?.rawValue == value)
        #expect(IPv4Address(rawValue: value).description == text)
    }

    @Test(
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1", "1.2.3.1000",
            "01.2.3.4", "1.2.3.00", "0x7f.0.0.1", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n", "+1.2.3.4", "-1.2.3.4",
            "1.2.3.4:80", "1.2.3.٤", "a.b.c.d",
        ]
    )
    func `An IPv4 address refuses text other than four plain decimal octets`(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test func `All IPv4 addresses that begin with 127 are loopback, and no others`() {
        #expect(IPv4Address.loopback.isLoopback)
        #expect(IPv4Address(rawValue: 0x7fff_ffff).isLoopback)
        #expect(!IPv4Address(rawValue: 0x8000_0000).isLoopback)
        #expect(!IPv4Address.unspecified.isLoopback)
    }

    @Test func `IPv4 addresses sort by number, not by text`() throws {
        let nine = try #require(IPv4Address("10.0.0.9"))
        let ten = try #require(IPv4Address("10.0.0.10"))
        #expect(nine < ten)
    }
}
