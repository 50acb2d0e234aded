// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// A server's HTTP answer about the service. Instances are identified by their ports.
struct ScriptedHTTPAnswer: ScriptedAnswer {
    let steps: @Sendable (ScriptedHTTPRequest) -> [ScriptedHTTPStep]

    func held(by gate: Gate) -> ScriptedHTTPAnswer {
        ScriptedHTTPAnswer { [.hold(gate)] + steps($0) }
    }

    private static func reply(_ reply: ConsulReply) -> ScriptedHTTPAnswer {
        ScriptedHTTPAnswer { _ in [.reply(reply)] }
    }

    /// Returns an answer that differs for the second request, which asks the leader.
    private static func reply(_ any: ConsulReply, leader: ConsulReply) -> ScriptedHTTPAnswer {
        ScriptedHTTPAnswer { [.reply($0.isForLeader ? leader : any)] }
    }

    // MARK: Instances

    /// All instances.
    static func endpoints(_ ports: UInt16...) -> ScriptedHTTPAnswer { reply(.instances(ports)) }

    /// All instances, from a server that has had no contact with the leader for a while.
    static func endpoints(_ ports: UInt16..., lastContact: Duration) -> ScriptedHTTPAnswer {
        reply(.instances(ports).header("X-Consul-Lastcontact", "\(Int(lastContact / .milliseconds(1)))"))
    }

    /// Instances that are all critical.
    static func critical(_ ports: UInt16...) -> ScriptedHTTPAnswer { reply(.instances(ports, checks: [.critical])) }

    // MARK: Empty answers

    /// An empty list, from the leader as well.
    static let nothing = reply(.instances([]))

    /// An empty list, from a server that is still replaying its log; the leader has these instances.
    static func nothing(butLeader ports: UInt16...) -> ScriptedHTTPAnswer {
        reply(.instances([]), leader: .instances(ports))
    }

    /// An empty list, because ACLs filter all instances.
    static let filtered = reply(.instances([]).header("X-Consul-Results-Filtered-By-ACLs", "true"))

    /// The answers of servers without a leader: the instances that they have, and an error for requests to the leader.
    static func leaderless(_ ports: UInt16...) -> ScriptedHTTPAnswer {
        reply(.instances(ports).header("X-Consul-Knownleader", "false"), leader: .noLeader)
    }

    // MARK: Failures

    /// An error about an unknown token.
    static let denied = reply(.unknownToken)
    /// An error about unreachable servers.
    static let failure = reply(.failure(500, "rpc error making call: EOF"))
    /// A reset connection, like a closed port.
    static let closed = ScriptedHTTPAnswer { _ in [.resetConnection] }
}

extension ScriptedHTTPRequest {
    fileprivate var isForLeader: Bool { query.contains { $0.name == "consistent" } }
}

extension ConsulReply {
    fileprivate static func instances(
        _ ports: [UInt16],
        checks: [ServiceRegistration.Status] = []
    ) -> ConsulReply {
        let entries = ports.map { port in
            let id = "web-\(port)"
            let service = ServiceRegistration("web", id: id, address: "10.0.0.1", port: Int(port), checks: checks)
            return HealthEntry(service, node: "n\(port)")
        }
        return health(entries).header("X-Consul-Results-Filtered-By-ACLs", "false")
    }
}
