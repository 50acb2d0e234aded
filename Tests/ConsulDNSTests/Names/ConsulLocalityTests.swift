// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import Testing

struct ConsulLocalityTests {
    private func text(_ locality: ConsulLocality) throws -> String {
        try ConsulName.service("web", in: locality).description
    }

    @Test func `The locality of the agent itself has no labels`() throws {
        #expect(try text(.local) == "web.service.consul.")
    }

    @Test
    func `A locality writes a datacenter in the classic form, or explicitly on request`() throws {
        #expect(try text(.datacenter("dc1")) == "web.service.dc1.consul.")
        var explicit = ConsulLocality.datacenter("dc1")
        explicit.datacenterForm = .explicit
        #expect(try text(explicit) == "web.service.dc1.dc.consul.")
    }

    @Test
    func `A locality writes all dimensions in Consul's order, then the explicit datacenter`() throws {
        #expect(try text(ConsulLocality(peer: "east")) == "web.service.east.peer.consul.")
        #expect(
            try text(ConsulLocality(datacenter: "dc1", namespace: "team", partition: "edge"))
                == "web.service.team.ns.edge.ap.dc1.dc.consul."
        )
        #expect(
            try text(ConsulLocality(partition: "edge", samenessGroup: "group"))
                == "web.service.group.sg.edge.ap.consul."
        )
    }

    @Test(
        arguments: ["service", "connect", "virtual", "ingress", "node", "query", "addr", "Service", "NODE"]
    )
    func `A locality cannot have the name of a keyword, which Consul would find first`(name: String) {
        #expect { try ConsulName.service("web", in: .datacenter(name)) } throws: { error in
            let error = error as? ConsulNameError
            return error?.code == .keyword && error?.part == .datacenter && error?.value == name
        }
        #expect(throws: ConsulNameError.self) { try ConsulName.virtual("web", peer: name) }
    }

    @Test func `A locality is one label in each dimension`() {
        for locality in [
            ConsulLocality(datacenter: "a.b"), ConsulLocality(namespace: "a.b"), ConsulLocality(partition: "a.b"),
            ConsulLocality(peer: "a.b"), ConsulLocality(samenessGroup: "a.b"),
        ] {
            #expect { try text(locality) } throws: { ($0 as? ConsulNameError)?.code == .containsDot }
        }
    }
}
