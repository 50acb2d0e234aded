// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress
import Testing

@testable import ConsulDNS

struct RegisteredTargetTests {
    private func target(_ text: String) -> ServiceInstance.Target? {
        ServiceInstance.Target(registeredAs: text, domain: .consul)
    }

    @Test func `A registered address is recognized in every spelling that Consul's DNS understands`() throws {
        for text in ["10.0.0.1", "::ffff:10.0.0.1", "::FFFF:0a00:0001", "0A000001.Addr.consul."] {
            #expect(target(text) == .address("10.0.0.1", node: nil), "\(text)")
        }
        // Consul treats these as names.
        for text in ["10.0.0.1.", "::ffff:10.0.0.1."] {
            #expect(target(text) == .host(.address("10.0.0.1")), "\(text)")
        }
    }

    @Test func `A registered host loses its trailing dot, and may have the name of the domain`() throws {
        #expect(target("db.example.com.") == .host(.name("db.example.com")))
        #expect(target("consul") == .host(.name("consul")))
        // Consul's DNS library drops a backslash before a letter.
        #expect(target("a\\b.example.com") == .host(.name("ab.example.com")))
    }

    @Test func `A registered name in Consul's domain is a target that needs another query`() throws {
        let node: DomainName = "N1.node.consul"
        #expect(target("N1.node.consul") == .node("N1", addresses: [], name: node))
        for text in ["web.service.consul", "foo.consul", "0a0000.addr.consul"] {
            #expect(target(text) == .consulName(try DomainName(text), addresses: []), "\(text)")
        }
    }

    @Test func `Registered text that is no address is invalid, the root unavailable, a non-name nil`() throws {
        for text in ["10.1.1.1:99", "[2001:db8::1]", "fe80::1%eth0", "/run/x.sock", "10.0.0.256", "exämple.com"] {
            #expect(target(text) == .invalid(try DomainName(text)), "\(text)")
        }
        #expect(target(".") == .unavailable)
        for text in ["a..b", "..", String(repeating: "x", count: 64)] { #expect(target(text) == nil, "\(text)") }
    }
}
