// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import Testing

struct ConsulNameTests {
    @Test func `A Consul name of a service may have a tag, a datacenter and another domain`() throws {
        #expect(try ConsulName.service("web").description == "web.service.consul.")
        #expect(try ConsulName.service("web", tag: "v1").description == "v1.web.service.consul.")
        #expect(try ConsulName.service("web", in: .datacenter("dc1")).description == "web.service.dc1.consul.")
        #expect(try ConsulName.service("web", domain: "corp.example").description == "web.service.corp.example.")
        // All labels before the service are one tag.
        #expect(try ConsulName.service("web", tag: "a.b.c").description == "a.b.c.web.service.consul.")
    }

    @Test
    func `A Consul name keeps case, and allows underscores and keywords in other parts`() throws {
        #expect(try ConsulName.service("Cased_Web").description == "Cased_Web.service.consul.")
        #expect(try ConsulName.service("service", tag: "node").description == "node.service.service.consul.")
        #expect(try ConsulName.service("*").description == "*.service.consul.")
    }

    @Test func `A Consul name has the form of RFC 2782`() throws {
        #expect(try ConsulName.rfc2782Service("web").description == "_web._tcp.service.consul.")
        #expect(
            try ConsulName.rfc2782Service("web", tag: "v1", in: .datacenter("dc1")).description
                == "_web._v1.service.dc1.consul."
        )
        #expect(try ConsulName.rfc2782PreparedQuery("geo").description == "_geo._tcp.query.consul.")
    }

    @Test
    func `A Consul name of a named port has the port right of the keyword`() throws {
        #expect(try ConsulName.namedPort("admin", of: "web").description == "_web._tcp.service.admin.port.consul.")
        for port in ["", "a.b", "service", "a b"] {
            let error = #expect(throws: ConsulNameError.self) { try ConsulName.namedPort(port, of: "web") }
            #expect(error?.part == .port)
        }
    }

    @Test func `A Consul name exists for every other form of Consul's DNS`() throws {
        #expect(try ConsulName.connect("db").description == "db.connect.consul.")
        #expect(try ConsulName.connect("db", in: .datacenter("dc2")).description == "db.connect.dc2.consul.")
        #expect(try ConsulName.ingress("db").description == "db.ingress.consul.")
        #expect(try ConsulName.virtual("db").description == "db.virtual.consul.")
        #expect(try ConsulName.virtual("db", peer: "east").description == "db.virtual.east.consul.")
        #expect(try ConsulName.node("n1").description == "n1.node.consul.")
        #expect(try ConsulName.node("n1.rack.example").description == "n1.rack.example.node.consul.")
        #expect(try ConsulName.preparedQuery("geo.web").description == "geo.web.query.consul.")
        #expect(try ConsulName.address("10.0.0.1").description == "0a000001.addr.consul.")
        #expect(
            try ConsulName.address("2001:db8::46", in: .datacenter("dc1")).description
                == "20010db8000000000000000000000046.addr.dc1.consul."
        )
    }

    @Test func `A Consul name may have every byte that DNS allows, and no more`() throws {
        let longest = String(repeating: "a", count: 63)
        #expect(try ConsulName.service(longest).domainName.labels.first?.count == 63)
        let underscored = String(repeating: "a", count: 62)
        #expect(try ConsulName.rfc2782Service(underscored).domainName.labels.first?.count == 63)
        // 3 * 64 + 47, "service" and "consul" with their lengths, and the root are 255.
        let tag = [longest, longest, longest].joined(separator: ".")
        let name = try ConsulName.service(String(repeating: "b", count: 46), tag: tag)
        #expect(name.domainName.wireBytes.count == 255)
        #expect(throws: ConsulNameError.self) { try ConsulName.service(String(repeating: "b", count: 47), tag: tag) }
    }
}
