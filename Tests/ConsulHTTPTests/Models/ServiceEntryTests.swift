// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct ServiceEntryTests {
    @Test func `All members of an instance are decoded`() throws {
        let entry = try #require(try ServiceEntry.decodeList(Samples.entry, fields: .all).first)
        #expect(entry.node.name == "n1")
        #expect(entry.node.id == "d7405fc6-c112-7fe5-b1cc-374c2ded122f")
        #expect(entry.node.address == "127.0.0.1")
        #expect(entry.node.datacenter == "dc1")
        #expect(entry.node.taggedAddresses["lan"] == "127.0.0.1" && entry.node.taggedAddresses["wan"] == "127.0.0.2")
        #expect(entry.node.meta == ["consul-network-segment": ""])
        #expect(entry.service.id == "web1")
        #expect(entry.service.name == "web")
        #expect(entry.service.tags == ["v1", "primary"])
        #expect(entry.service.address == "")
        #expect(entry.service.port == 80)
        #expect(entry.service.weights == ServiceEntry.Weights(passing: 5, warning: 0))
        #expect(entry.service.meta == ["version": "1"])
        #expect(entry.service.taggedAddresses == ["wan": .init(address: "203.0.113.10", port: 8080)])
        #expect(entry.service.kind == nil && entry.service.proxyDestination == nil)
        #expect(entry.checks.map(\.id) == ["serfHealth", "c1"])
        #expect(entry.checks.map(\.name) == ["Serf Health Status", "ttl"])
        #expect(entry.checks.map(\.status) == [.passing, .warning])
        #expect(entry.checks.map(\.isNodeCheck) == [true, false])
        #expect(entry.checks.map(\.output) == ["Agent alive and reachable", "queue is \"long\"\n"])
        #expect(entry.checks.map(\.notes) == ["", "call <ops>"])
    }

    @Test func `Fields that are not requested are empty`() throws {
        let entry = try #require(try ServiceEntry.decodeList(Samples.entry, fields: []).first)
        #expect(entry.node.taggedAddresses.isEmpty && entry.node.meta.isEmpty)
        #expect(entry.service.taggedAddresses.isEmpty && entry.service.meta.isEmpty)
        #expect(entry.checks.allSatisfy { $0.output == nil && $0.notes == nil })
        #expect(entry.node.id.isEmpty && entry.checks.allSatisfy(\.name.isEmpty))
        let standard = try #require(try ServiceEntry.decodeList(Samples.entry).first)
        #expect(standard.service.meta == ["version": "1"] && standard.node.taggedAddresses["wan"] != nil)
        #expect(!standard.node.id.isEmpty && standard.checks.allSatisfy { !$0.name.isEmpty })
        #expect(standard.checks.allSatisfy { $0.output == nil && $0.notes == nil })
    }

    @Test func `A proxy's destination is decoded`() throws {
        let entry = try #require(try ServiceEntry.decodeList(Samples.proxy).first)
        #expect(entry.service.kind == "connect-proxy")
        #expect(entry.service.proxyDestination == "web")
    }

    @Test(arguments: ["[]", "null", " [ ]\n"])
    func `An empty or null list of instances is decoded as an empty list`(body: String) throws {
        #expect(try ServiceEntry.decodeList(body).isEmpty)
    }

    @Test(arguments: [
        "[{}]", "[null]", #"[{"Node":null,"Service":null,"Checks":null}]"#,
        #"[{"Node":{"Meta":null,"TaggedAddresses":null},"Service":{"Tags":null,"Weights":null,"Port":null},"Checks":[]}]"#,
    ])
    func `Absent and null members are decoded alike`(body: String) throws {
        #expect(try ServiceEntry.decodeList(body, fields: .all) == [ServiceEntry()])
        #expect(ServiceEntry().service.weights == ServiceEntry.Weights(passing: 1, warning: 1))
    }

    @Test func `Tagged addresses are decoded in either spelling`() throws {
        let body =
            #"[{"Service":{"TaggedAddresses":{"wan":{"address":"192.0.2.1","port":1},"lan":{"Address":"::1"}}}}]"#
        let entry = try #require(try ServiceEntry.decodeList(body).first)
        #expect(
            entry.service.taggedAddresses
                == ["wan": .init(address: "192.0.2.1", port: 1), "lan": .init(address: "::1")]
        )
    }

    @Test(arguments: [("99999", 0), ("-1", 0), ("65535", 65535), ("0", 0)])
    func `An impossible port does not prevent the decoding of the other instances`(text: String, port: UInt16) throws {
        let list = try ServiceEntry.decodeList(#"[{"Service":{"Port":\#(text)}},{"Service":{"Port":80}}]"#)
        #expect(list.map(\.service.port) == [port, 80])
        #expect(list.map(\.service.hasImpossiblePort) == [text == "99999" || text == "-1", false])
    }

    @Test func `Named ports are found without case, and no name means the default port`() throws {
        let json = #"""
            [{"Service":{"Port":0,"Ports":[{"Name":"http","Port":80},{"Name":"Admin","Port":81,"Default":true},
            {"Name":"odd","Port":70000}]}},{"Service":{"Port":8080,"Ports":null}}]
            """#
        let services = try ServiceEntry.decodeList(Array(json.utf8)).map(\.service)
        #expect(services[0].port(named: "HTTP") == 80 && services[0].port(named: nil) == 81)
        #expect(services[0].port(named: "odd") == nil && services[0].port(named: "none") == nil)
        #expect(services[1].port(named: nil) == 8080 && services[1].port(named: "http") == nil)
    }

    @Test func `Weights are clamped to the range of SRV records`() throws {
        let list = try ServiceEntry.decodeList(#"[{"Service":{"Weights":{"Passing":70000,"Warning":-3}}}]"#)
        #expect(list.first?.service.weights == ServiceEntry.Weights(passing: 65535, warning: 0))
    }

    @Test func `Members of another type are refused, except those that are not requested`() throws {
        let body = #"[{"Node":{"Node":"n1","Meta":[1],"Kind":{"x":[]}}}]"#
        #expect(throws: JSONError(.expectedObject, at: 29)) { try ServiceEntry.decodeList(body) }
        #expect(try ServiceEntry.decodeList(body, fields: []).first?.node.name == "n1")
    }
}
