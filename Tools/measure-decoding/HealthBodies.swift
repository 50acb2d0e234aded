// SPDX-License-Identifier: Apache-2.0

/// HealthBodies of `/v1/health/service/web`, formatted as an agent formats them (Consul 1.8.7, without `-dev`).
enum HealthBodies {
    /// The kinds of bodies, by their names on the command line.
    static let all: [String: @Sendable (Int) -> String] = ["bare": bare, "checked": checked, "wordy": wordy]

    /// Returns instances of one service that were written into the catalog without checks.
    static func bare(count: Int) -> String {
        list(count) { index in
            entry(
                node:
                    #""ID":"","Node":"bulk-\#(index % 10)","Address":"192.0.2.\#(index % 10 + 1)","Datacenter":"dc1","#
                    + #""TaggedAddresses":null,"Meta":null,"#,
                service: service(index, members: ""),
                checks: ""
            )
        }
    }

    /// Returns instances on nodes of their own, each with an agent: two checks, metadata, tagged addresses.
    static func checked(count: Int) -> String {
        list(count) { described($0, output: "TCP connect \(address($0)):8080: Success", extra: "") }
    }

    /// Returns the same with a page of output for each check and with unknown members.
    static func wordy(count: Int) -> String {
        let output = String(repeating: #"HTTP GET \u003c200\u003e \"fine\"\n"#, count: 60)
        let extra = #""Unknown":{"List":[1,-2.5e7,true,null,{"Deep":["\u00e9",[]]}],"Text":"abc"},"#
        return list(count) { described($0, output: output, extra: extra) }
    }

    private static func list(_ count: Int, _ entry: (Int) -> String) -> String {
        "[\((0..<count).map(entry).joined(separator: ","))]"
    }

    private static func entry(node: String, service: String, checks: String) -> String {
        #"{"Node":{\#(node)"CreateIndex":20,"ModifyIndex":20},"Service":{\#(service)},"Checks":[\#(checks)]}"#
    }

    private static func described(_ index: Int, output: String, extra: String) -> String {
        let host = "10.1.\(index / 250).\(index % 250 + 1)"
        return entry(
            node: extra + #""ID":"\#(uuid(index))","Node":"worker-\#(index)","Address":"\#(host)","Datacenter":"dc1","#
                + #""TaggedAddresses":{"lan":"\#(host)","lan_ipv4":"\#(host)","wan":"\#(host)","wan_ipv4":"\#(host)"},"#
                + #""Meta":{"consul-network-segment":"","zone":"zone-\#(index % 3)"},"#,
            service: extra
                + service(
                    index,
                    members: #""TaggedAddresses":{"lan_ipv4":{"Address":"\#(address(index))","Port":8080}},"#
                        + #""Meta":{"version":"1.\#(index % 7).0"},"#
                ),
            checks: check(index, id: "serfHealth", name: "Serf Health Status", service: "", output: output) + ","
                + check(index, id: "service:web-\(index)", name: "Service 'web' check", service: "web", output: output)
        )
    }

    private static func service(_ index: Int, members: String) -> String {
        #""ID":"web-\#(index)","Service":"web","Tags":["v1"],"Address":"\#(address(index))","#
            + members + #""Port":8080,"#
            + #""Weights":{"Passing":10,"Warning":1},"EnableTagOverride":false,"#
            + #""Proxy":{"MeshGateway":{},"Expose":{}},"Connect":{},"CreateIndex":\#(index),"ModifyIndex":\#(index)"#
    }

    private static func check(_ index: Int, id: String, name: String, service: String, output: String) -> String {
        #"{"Node":"worker-\#(index)","CheckID":"\#(id)","Name":"\#(name)","Status":"passing","Notes":"","#
            + #""Output":"\#(output)","ServiceID":"\#(service.isEmpty ? "" : "web-\(index)")","#
            + #""ServiceName":"\#(service)","#
            + #""ServiceTags":[],"Type":"","Definition":{},"CreateIndex":\#(index),"ModifyIndex":\#(index)}"#
    }

    private static func address(_ index: Int) -> String { "10.0.\(index >> 8).\(index & 255)" }

    private static func uuid(_ index: Int) -> String { "d7405fc6-c112-7fe5-b1cc-\(100_000_000_000 + index)" }
}
