// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@Suite("A domain name")
struct DomainNameTests {
    @Test("is equal to itself in any case, and found under any case in a table")
    func caseInsensitivity() throws {
        let lower = try DomainName("web.service.consul")
        let mixed = try DomainName("WEB.Service.conSUL")
        #expect(lower == mixed)
        #expect(lower.hashValue == mixed.hashValue)
        #expect(Set([lower, mixed]).count == 1)
        #expect(mixed.description == "WEB.Service.conSUL.")
        #expect(mixed.lowercased.wireBytes == lower.wireBytes)
    }

    @Test(
        "differs where only the bytes beside A to Z differ by 32",
        arguments: [("@", "`"), ("[", "{"), ("\\192", "\\224")]
    )
    func foldsLettersOnly(left: String, right: String) throws {
        #expect(try DomainName(left) != DomainName(right))
    }

    @Test("differs where only the borders of labels differ")
    func labelBorders() throws {
        #expect(try DomainName("a.bc") != DomainName("ab.c"))
        #expect(try DomainName("a\\.b") != DomainName("a.b"))
        #expect(try DomainName("a") != .root)
    }

    @Test("is made of labels, whose bytes mean nothing special")
    func labels() throws {
        let name = try DomainName(labels: ["web.v1".utf8, "service".utf8])
        #expect(name.labels.map(Array.init) == [Array("web.v1".utf8), Array("service".utf8)])
        #expect(name.description == "web\\.v1.service.")
        #expect(DomainName.root.labels.isEmpty)
        #expect(try DomainName(labels: [[UInt8]]()) == .root)
    }

    @Test("refuses empty and overlong labels")
    func labelLimits() {
        let empty = #expect(throws: DomainNameError.self) { try DomainName(labels: ["a".utf8, "".utf8]) }
        #expect(empty?.code == .emptyLabel)
        let long = #expect(throws: DomainNameError.self) { try DomainName(labels: [[UInt8](repeating: 0, count: 64)]) }
        #expect(long?.code == .labelTooLong)
    }

    @Test("has a parent, up to the root, which has none")
    func parents() throws {
        let name = try DomainName("web.service.consul")
        #expect(try name.parent == DomainName("service.consul"))
        #expect(name.parent?.parent?.parent == .root)
        #expect(DomainName.root.parent == nil)
        #expect(DomainName.root.isRoot)
        #expect(!name.isRoot)
    }

    @Test(
        "lies within its domain and every domain above, in any case",
        arguments: [
            ("web.service.consul", "consul", true), ("web.service.consul", "SERVICE.Consul", true), ("a", ".", true),
            ("consul", "consul", true), (".", ".", true), ("consul", "web.consul", false), (".", "a", false),
            ("xconsul", "consul", false), ("a.b", "c", false), ("web\\.consul", "consul", false),
            // The bytes of a label that look like a domain are still one label.
            ("a\\006consul", "consul", false),
        ]
    )
    func subdomains(name: String, domain: String, result: Bool) throws {
        #expect(try DomainName(name).isSubdomain(of: DomainName(domain)) == result)
    }
}
