// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

struct DomainNameTests {
    @Test
    func `A domain name equals itself in any case, also as a key of a dictionary`() throws {
        let lower = try DomainName("web.service.consul")
        let mixed = try DomainName("WEB.Service.conSUL")
        #expect(lower == mixed)
        #expect(lower.hashValue == mixed.hashValue)
        #expect(Set([lower, mixed]).count == 1)
        #expect(mixed.description == "WEB.Service.conSUL.")
        #expect(mixed.lowercased.wireBytes == lower.wireBytes)
    }

    @Test(
        arguments: [("@", "`"), ("[", "{"), ("\\192", "\\224")]
    )
    func `Domain names differ if bytes other than A to Z differ by 32`(left: String, right: String) throws {
        #expect(try DomainName(left) != DomainName(right))
    }

    @Test func `Domain names with different label boundaries differ`() throws {
        #expect(try DomainName("a.bc") != DomainName("ab.c"))
        #expect(try DomainName("a\\.b") != DomainName("a.b"))
        #expect(try DomainName("a") != .root)
    }

    @Test func `A domain name is made of labels of arbitrary bytes`() throws {
        let name = try DomainName(labels: ["web.v1".utf8, "service".utf8])
        #expect(name.labels.map(Array.init) == [Array("web.v1".utf8), Array("service".utf8)])
        #expect(name.description == "web\\.v1.service.")
        #expect(DomainName.root.labels.isEmpty)
        #expect(try DomainName(labels: [[UInt8]]()) == .root)
    }

    @Test func `A domain name refuses empty and overlong labels`() {
        let empty = #expect(throws: DomainNameError.self) { try DomainName(labels: ["a".utf8, "".utf8]) }
        #expect(empty?.code == .emptyLabel)
        let long = #expect(throws: DomainNameError.self) { try DomainName(labels: [[UInt8](repeating: 0, count: 64)]) }
        #expect(long?.code == .labelTooLong)
    }

    @Test func `A domain name has a parent, except for the root`() throws {
        let name = try DomainName("web.service.consul")
        #expect(try name.parent == DomainName("service.consul"))
        #expect(name.parent?.parent?.parent == .root)
        #expect(DomainName.root.parent == nil)
        #expect(DomainName.root.isRoot)
        #expect(!name.isRoot)
    }

    @Test(
        arguments: [
            ("web.service.consul", "consul", true), ("web.service.consul", "SERVICE.Consul", true), ("a", ".", true),
            ("consul", "consul", true), (".", ".", true), ("consul", "web.consul", false), (".", "a", false),
            ("xconsul", "consul", false), ("a.b", "c", false), ("web\\.consul", "consul", false),
            // A label with the bytes of a domain is still one label.
            ("a\\006consul", "consul", false),
        ]
    )
    func `A domain name lies within its domain and every domain above, in any case`(
        name: String,
        domain: String,
        result: Bool
    ) throws {
        #expect(try DomainName(name).isSubdomain(of: DomainName(domain)) == result)
    }
}
