// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import Testing

@Suite("A locality")
struct ConsulLocalityTests {
    private func text(_ locality: ConsulLocality) throws -> String {
        try ConsulName.service("web", in: locality).description
    }

    @Test("is left out when it is the agent's own")
    func local() throws {
        #expect(try text(.local) == "web.service.consul.")
    }

    @Test("names a datacenter in the form that every version understands, or explicitly on request")
    func datacenter() throws {
        #expect(try text(.datacenter("dc1")) == "web.service.dc1.consul.")
        #expect(
            try text(ConsulLocality(datacenter: "dc1", datacenterForm: .explicit)) == "web.service.dc1.dc.consul."
        )
    }

    @Test("writes every dimension in Consul's order, and then the datacenter explicitly")
    func dimensions() throws {
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
        "cannot be called like one of Consul's keywords, which would be found first",
        arguments: ["service", "connect", "virtual", "ingress", "node", "query", "addr", "Service", "NODE"]
    )
    func keywords(name: String) {
        #expect { try ConsulName.service("web", in: .datacenter(name)) } throws: { error in
            let error = error as? ConsulNameError
            return error?.code == .keyword && error?.part == .datacenter && error?.value == name
        }
        #expect(throws: ConsulNameError.self) { try ConsulName.virtual("web", peer: name) }
    }

    @Test("is one label in each dimension")
    func dots() {
        for locality in [
            ConsulLocality(datacenter: "a.b"), ConsulLocality(namespace: "a.b"), ConsulLocality(partition: "a.b"),
            ConsulLocality(peer: "a.b"), ConsulLocality(samenessGroup: "a.b"),
        ] {
            #expect { try text(locality) } throws: { ($0 as? ConsulNameError)?.code == .containsDot }
        }
    }
}
