// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import TestSupport
import Testing

@testable import ConsulDNS

struct AddressLabelTests {
    private func address(_ label: String) -> IPAddress? {
        IPAddress(addressLabel: Array(label.utf8).span)
    }

    @Test(
        arguments: [
            ("0a000001", "10.0.0.1"), ("00000000", "0.0.0.0"), ("ffffffff", "255.255.255.255"),
            ("20010db8000000000000000000000046", "2001:db8::46"),
            ("00000000000000000000ffff0a000001", "::ffff:10.0.0.1"),
        ] as [(String, IPAddress)]
    )
    func `An address label encodes an address in hexadecimal digits`(label: String, expected: IPAddress) {
        #expect(address(label) == expected)
        #expect(address(label.uppercased()) == expected)
        #expect(expected.addressLabel == label)
    }

    @Test(
        arguments: [
            "", "0", "0a00001", "0a0000011", "0a00000g", "0a00000/", "0a00000:", "0a00000@", "0a00000G", "0a00000`",
            "20010db800000000000000000000004", "20010db80000000000000000000000466", "-a000001", "0x000001",
            "0a00000\u{11}", "\u{10}a000001", "0\u{1}000001", "0a00000\u{51}",
        ]
    )
    func `Other text is not an address label`(label: String) {
        #expect(address(label) == nil)
    }

    @Test func `An address label decodes to the address that it was made from`() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let v4 = IPAddress.v4(IPv4Address(rawValue: UInt32.random(in: 0 ... .max, using: &random)))
            let v6 = IPAddress.v6(IPv6Address(high: random.next(), low: random.next()))
            #expect(address(v4.addressLabel) == v4)
            #expect(address(v6.addressLabel) == v6)
        }
    }
}
