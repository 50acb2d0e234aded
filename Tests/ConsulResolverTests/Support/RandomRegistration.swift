// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// A random instance with a node of its own, in any form that the catalog accepts: addresses of both families and none,
/// tagged addresses, weights, checks of the instance and of the node.
struct RandomRegistration {
    /// The body of the registration.
    let json: String

    init(_ name: String, _ index: Int, _ generator: inout SeededGenerator) {
        func maybe(_ value: String) -> String? { Bool.random(using: &generator) ? value : nil }
        func tagged(_ addresses: [(String, String?)], _ write: (String) -> String) -> String {
            let members = addresses.compactMap { tag, address in address.map { "\"\(tag)\":\(write($0))" } }
            return members.isEmpty ? "null" : "{\(members.joined(separator: ","))}"
        }
        let states = ["passing", "passing", "passing", "warning", "critical"]
        let id = "id-\(index)"
        let address =
            ["", "10.1.0.\(index)", "2001:db8::1:\(index)", "h\(index).example.com"].randomElement(using: &generator)
            ?? ""
        let serviceTags = tagged(
            [
                ("lan_ipv4", maybe("10.2.0.\(index)")), ("lan_ipv6", maybe("2001:db8::2:\(index)")),
                ("wan", maybe("203.0.113.\(index)")),
            ]
        ) { "{\"Address\":\"\($0)\",\"Port\":\(1000 + index)}" }
        let nodeTags = tagged(
            [("lan_ipv4", maybe("10.3.0.\(index)")), ("lan_ipv6", maybe("2001:db8::3:\(index)")), ("lan", "10.9.0.1")]
        ) { "\"\($0)\"" }
        let checks = ["", id].map { serviceID in
            let status = states.randomElement(using: &generator) ?? ""
            return
                "{\"CheckID\":\"c\(serviceID)\",\"Name\":\"c\",\"Status\":\"\(status)\",\"ServiceID\":\"\(serviceID)\"}"
        }
        let weights = maybe("{\"Passing\":\(index % 5 + 1),\"Warning\":\(index % 3)}") ?? "null"
        json = """
            {"Node":"\(name)-\(index)","Address":"10.4.0.\(index)","TaggedAddresses":\(nodeTags),\
            "Service":{"Service":"\(name)","ID":"\(id)","Port":\(8000 + index),"Address":"\(address)",\
            "TaggedAddresses":\(serviceTags),"Weights":\(weights)},"Checks":[\(checks.joined(separator: ","))]}
            """
    }
}
