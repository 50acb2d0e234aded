// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

struct ConsulNameReadingTests {
    private func read(_ name: String) throws -> ConsulNameReading? {
        ConsulNameReading(try DomainName(name), domain: .consul)
    }

    @Test func `A name is parsed as Consul's DNS parses it`() throws {
        let expected: [(String, ConsulNameReading.Subject)] = [
            ("Web.Service.Consul", .service("web", tag: nil)), ("a.b.web.service.consul", .service("web", tag: "a.b")),
            ("_web._tcp.service.consul", .service("web", tag: nil)),
            ("_web._v1.service.consul", .service("web", tag: "v1")),
            ("_web.service.consul", .service("_web", tag: nil)),
            ("service.service.consul", .service("service", tag: nil)), ("db.connect.consul", .connect("db")),
            ("db.ingress.consul", .ingress("db")), ("geo.web.query.consul", .preparedQuery("geo.web")),
            ("_geo.web._tcp.query.consul", .preparedQuery("geo.web")), ("n1.rack.node.consul", .node("n1.rack")),
            ("0a000001.addr.consul", .other), ("web.virtual.consul", .other),
        ]
        for (name, subject) in expected {
            let reading = try #require(try read(name), "\(name)")
            #expect(reading.subject == subject, "\(name)")
            #expect(reading.locality == .local, "\(name)")
        }
    }

    @Test func `The labels right of the keyword are the locality`() throws {
        #expect(try read("web.service.dc2.consul")?.locality == .datacenter("dc2"))
        let explicit = try #require(try read("web.service.team.ns.east.ap.dc2.dc.consul"))
        #expect(explicit.locality.namespace == "team" && explicit.locality.partition == "east")
        #expect(explicit.locality.datacenter == "dc2" && explicit.locality.datacenterForm == .explicit)
        #expect(try read("web.service.other.peer.consul")?.locality.peer == "other")
    }

    @Test func `A name with which Consul finds no data is not parsed`() throws {
        let names = [
            "consul", "service.consul", "web.consul", "web.service.example.com", "web.service.a.b.c.consul",
            "web.service.a.what.consul", "0a0000.addr.consul", "x.0a000001.addr.consul", "we\\032b.service.consul",
            "w\\195\\188b.service.consul",
        ]
        for name in names { #expect(try read(name) == nil, "\(name)") }
    }
}
