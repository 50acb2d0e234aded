// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress
import Testing

struct DomainNamePresentationTests {
    @Test(
        arguments: [
            ("consul", WireBytes.name("consul")),
            ("consul.", WireBytes.name("consul")),
            ("web.service.consul", WireBytes.name("web.service.consul")),
            (".", [0]),
            ("Web.Consul", [3, 0x57, 0x65, 0x62, 6, 0x43, 0x6f, 0x6e, 0x73, 0x75, 0x6c, 0]),
            ("a\\.b.c", [3, 0x61, 0x2e, 0x62, 1, 0x63, 0]),
            ("a\\032b", [3, 0x61, 0x20, 0x62, 0]),
            ("\\000\\255", [2, 0, 255, 0]),
            ("\\\\\\\"", [2, 0x5c, 0x22, 0]),
            ("a b", [3, 0x61, 0x20, 0x62, 0]),
            ("é", [2, 0xc3, 0xa9, 0]),
            ("\\é", [2, 0xc3, 0xa9, 0]),
        ] as [(String, [UInt8])]
    )
    func `Presentation format is parsed to wire bytes, with or without a last dot`(text: String, wire: [UInt8]) throws {
        #expect(try DomainName(text).wireBytes == wire)
    }

    @Test(
        arguments: [
            ([0x61, 0x2e, 0x62], "a\\.b."), ([0x6d, 0x79, 0x20, 0x6e, 0x6f, 0x64, 0x65], "my\\032node."),
            (Array("\\\"@;$()".utf8), "\\\\\\\"\\@\\;\\$\\(\\)."),
            ([0, 9, 127, 128, 255], "\\000\\009\\127\\128\\255."),
            (Array("a-b_c!#%*+/".utf8), "a-b_c!#%*+/."),
        ] as [([UInt8], String)]
    )
    func `The description of a domain name escapes special and unprintable bytes`(label: [UInt8], text: String) throws {
        let name = try DomainName(labels: [label])
        #expect(name.description == text)
    }

    @Test func `The description of a domain name always ends in a dot, and is a dot for the root`() throws {
        #expect(DomainName.root.description == ".")
        #expect(try DomainName("web.service.consul").description == "web.service.consul.")
    }

    @Test
    func `A domain name survives description and parsing for every byte at every position`() throws {
        for byte in UInt8.min...UInt8.max {
            let name = try DomainName(labels: [[byte], [0x61, byte, 0x31], [0x39, byte]])
            #expect(try DomainName(name.description).wireBytes == name.wireBytes)
        }
    }

    @Test(
        arguments: [
            ("", .emptyName), ("..", .emptyLabel), (".a", .emptyLabel), ("a..b", .emptyLabel), ("a..", .emptyLabel),
            ("a\\", .badEscape), ("a\\1", .badEscape), ("a\\12", .badEscape), ("\\256", .badEscape),
            ("\\1a2", .badEscape), ("\\999.a", .badEscape),
            (String(repeating: "a", count: 64), .labelTooLong),
            (String(repeating: "\\097", count: 64), .labelTooLong),
            (String(repeating: "a.", count: 128), .nameTooLong),
        ] as [(String, DomainNameError.Code)]
    )
    func `A malformed domain name is refused with the violated rule`(text: String, code: DomainNameError.Code) {
        let error = #expect(throws: DomainNameError.self) { try DomainName(text) }
        #expect(error?.code == code)
        #expect(error?.description.isEmpty == false)
    }

    @Test
    func `A domain name may have 255 bytes, and labels of 63`() throws {
        let label = String(repeating: "a", count: 63)
        let longest = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(try DomainName(longest).wireBytes.count == 255)
        #expect(try DomainName(longest + ".").wireBytes.count == 255)
        let error = #expect(throws: DomainNameError.self) { try DomainName(longest + "b") }
        #expect(error?.code == .nameTooLong)
        #expect(try DomainName(String(repeating: "a.", count: 127)).wireBytes.count == 255)
    }
}
