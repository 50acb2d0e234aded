// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// What a server says over HTTP about the service that is asked for. Instances are told apart by their ports.
struct ScriptedHTTPAnswer: ScriptedAnswer {
    let steps: @Sendable (ScriptedHTTPRequest) -> [ScriptedHTTPStep]

    func held(by gate: Gate) -> ScriptedHTTPAnswer {
        ScriptedHTTPAnswer { [.hold(gate)] + steps($0) }
    }

    private static func reply(_ reply: ConsulReply) -> ScriptedHTTPAnswer {
        ScriptedHTTPAnswer { _ in [.reply(reply)] }
    }

    /// The second question, whether that is what the leader says, is told from the first.
    private static func reply(_ any: ConsulReply, leader: ConsulReply) -> ScriptedHTTPAnswer {
        ScriptedHTTPAnswer { [.reply($0.isForLeader ? leader : any)] }
    }

    // MARK: Instances

    /// All instances.
    static func endpoints(_ ports: UInt16...) -> ScriptedHTTPAnswer { reply(.instances(ports)) }

    /// All instances that a server knows of that has not heard from a leader for a while.
    static func endpoints(_ ports: UInt16..., lastContact: Duration) -> ScriptedHTTPAnswer {
        reply(.instances(ports).header("X-Consul-Lastcontact", "\(Int(lastContact / .milliseconds(1)))"))
    }

    /// Instances that are all down.
    static func critical(_ ports: UInt16...) -> ScriptedHTTPAnswer { reply(.instances(ports, checks: [.critical])) }

    // MARK: Nothing

    /// There is no such service, and the leader says the same.
    static let nothing = reply(.instances([]))

    /// There is no such service, says a server that is still reading its log; the leader knows better.
    static func nothing(butLeader ports: UInt16...) -> ScriptedHTTPAnswer {
        reply(.instances([]), leader: .instances(ports))
    }

    /// There is nothing that the token may see.
    static let filtered = reply(.instances([]).header("X-Consul-Results-Filtered-By-ACLs", "true"))

    /// What servers say that have no leader: what they know, and to questions for the leader that there is none.
    static func leaderless(_ ports: UInt16...) -> ScriptedHTTPAnswer {
        reply(.instances(ports).header("X-Consul-Knownleader", "false"), leader: .noLeader)
    }

    // MARK: Failures

    /// The token is not known.
    static let denied = reply(.unknownToken)
    /// The servers cannot be reached.
    static let failure = reply(.failure(500, "rpc error making call: EOF"))
    /// Nobody listens, as far as one can see.
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
