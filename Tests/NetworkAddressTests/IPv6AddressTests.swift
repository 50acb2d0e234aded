// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

struct IPv6AddressTests {
    @Test(
        arguments: [
            // Sections 1 and 4.1: no leading zeros.
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"),
            // Section 4.2.1: as short as possible.
            ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
            // Section 4.2.2: one zero group is not shortened.
            ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            // Section 4.2.3: the longest run is shortened, the first of equally long ones.
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            // Section 4.3: lower case.
            ("2001:DB8::ABCD", "2001:db8::abcd"),
            // Section 5: mapped addresses end in a dotted quad, others do not.
            ("::ffff:c000:0201", "::ffff:192.0.2.1"),
            ("::192.0.2.1", "::c000:201"),
            ("0:0:0:0:0:0:0:0", "::"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("1:0:0:0:0:0:0:0", "1::"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            ("1111:2222:3333:4444:5555:6666:123.123.123.123", "1111:2222:3333:4444:5555:6666:7b7b:7b7b"),
        ]
    )
    func `An IPv6 address is written in the canonical form of RFC 5952`(text: String, canonical: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == canonical)
        #expect(IPv6Address(canonical) == address)
    }

    @Test func `An IPv6 address keeps its two halves in reading order`() {
        #expect(
            IPv6Address("1:2:3:4:5:6:7:8") == IPv6Address(high: 0x0001_0002_0003_0004, low: 0x0005_0006_0007_0008)
        )
    }

    @Test(
        arguments: [
            "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
            "1::2::3", "1:::2", ":1::2", "1::2:", "12345::", "g::", "1.2.3.4::", "::1.2.3.4:5", "1.2.3.4", "::1.2.3",
            "::01.2.3.4", "::256.1.1.1", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "fe80::1%", "[::1]", "::1 ", " ::1",
            "::1/64", "::+1", "::-1", "::١", "１::",
        ]
    )
    func `An IPv6 address refuses text that RFC 4291 does not allow`(text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test func `An IPv6 address contains the IPv4 address that it maps`() throws {
        let inner = try #require(IPv4Address("10.1.2.3"))
        #expect(IPv6Address("::ffff:10.1.2.3")?.ipv4Mapped == inner)
        #expect(IPv6Address(mapping: inner) == IPv6Address("::ffff:10.1.2.3"))
        #expect(IPv6Address("::10.1.2.3")?.ipv4Mapped == nil)
        #expect(IPv6Address("1::ffff:10.1.2.3")?.ipv4Mapped == nil)
    }

    @Test func `An IPv6 address is loopback if it is ::1 or maps a loopback address`() {
        #expect(IPv6Address.loopback.isLoopback)
        #expect(IPv6Address("::ffff:127.0.0.2")?.isLoopback == true)
        #expect(!IPv6Address.unspecified.isLoopback)
        #expect(IPv6Address("::ffff:10.0.0.1")?.isLoopback == false)
    }

    @Test func `IPv6 addresses sort by their high halves first`() {
        #expect(IPv6Address(high: 0, low: .max) < IPv6Address(high: 1, low: 0))
        #expect(IPv6Address(high: 1, low: 0) < IPv6Address(high: 1, low: 1))
    }

    @Test func `An IPv6 address survives description and parsing with any groups zero`() {
        for zeros in 0..<256 {
            let groups = (0..<8).map { zeros >> $0 & 1 == 1 ? 0 : UInt64(0xa00 + $0) }
            let address = IPv6Address(
                high: groups[..<4].reduce(0) { $0 << 16 | $1 },
                low: groups[4...].reduce(0) { $0 << 16 | $1 }
            )
            #expect(IPv6Address(address.description) == address)
        }
    }
}
