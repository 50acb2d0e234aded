// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport

/// The answers of an agent to a watch of the service `web`, with the headers of recorded agents.
///
/// Plain reads return the current state. A blocking query waits until the test moves on to the next state of the
/// catalog; changes of the leader and of the token's permissions do not wake it.
final class ScriptedAgent: Sendable {
    enum Version: CaseIterable {
        /// Consul 1.8: blocking queries are answered by a server.
        case serverBackend
        /// Consul 1.11 to 1.22: blocking queries are answered by the agent's streaming backend.
        case streamingBackend
    }

    /// The instances that the token may read.
    enum Sight {
        case all
        case allBut(Int)
        case nothing
        /// The token is not known.
        case unknownToken
    }

    /// The state that changes without waking a blocking query.
    struct Cluster: Sendable {
        var hasLeader = true
        var sight = Sight.all
    }

    private struct State: Sendable {
        var position = 0
        var cluster = Cluster()
    }

    private let version: Version
    /// The number of instances in each state of the catalog.
    private let counts: [Int]
    private let gates: [Gate]
    private let state = NIOLockedValueBox(State())

    init(_ version: Version, counts: [Int]) {
        self.version = version
        self.counts = counts
        gates = counts.map { _ in Gate() }
    }

    /// Moves the catalog on, which wakes the blocking queries.
    func advance() {
        let gate = state.withLockedValue { state in
            defer { state.position += 1 }
            return gates[state.position]
        }
        gate.release()
    }

    func change(_ change: (inout Cluster) -> Void) {
        state.withLockedValue { change(&$0.cluster) }
    }

    var script: ScriptedHTTPServer.Script {
        { self.steps($0) }
    }

    private func steps(_ request: ScriptedHTTPRequest) -> [ScriptedHTTPStep] {
        let (position, cluster) = state.withLockedValue { ($0.position, $0.cluster) }
        if request.path == "/v1/internal/acl/authorize" { return [.reply(permission(cluster))] }
        guard request.path == "/v1/health/service/web" else { return [.reply(error(404, ""))] }
        if case .unknownToken = cluster.sight { return [.reply(error(403, "ACL not found"))] }
        guard let index = request.parameter("index").flatMap(Int.init) else {
            if request.parameter("consistent") != nil, !cluster.hasLeader {
                return [.reply(error(500, "No cluster leader"))]
            }
            return [.reply(plain(position, cluster))]
        }
        if index < self.index(position) { return [.reply(blocking(position, cluster))] }
        guard index == self.index(position), position + 1 < counts.count else { return [] }
        // As a real agent, it answers with what the token may read at that moment.
        let answer: @Sendable () -> [ScriptedHTTPStep] = { [self] in
            [.reply(blocking(position + 1, state.withLockedValue { $0.cluster }))]
        }
        return [.hold(gates[position]), .choose(answer)]
    }

    /// Returns the index of a state of the catalog.
    private func index(_ position: Int) -> Int { 10 + position }

    private func plain(_ position: Int, _ cluster: Cluster) -> ConsulReply {
        let seen = seen(position, cluster)
        var reply = ConsulReply.health(seen, index: UInt64(index(position)))
            .header("X-Consul-Knownleader", "\(cluster.hasLeader)")
        if !cluster.hasLeader { reply = reply.header("X-Consul-Lastcontact", "7") }
        guard version == .streamingBackend else { return reply }
        reply = reply.header("X-Consul-Query-Backend", "blocking-query").header("X-Consul-Default-Acl-Policy", "deny")
        return seen.count < counts[position] ? reply.header("X-Consul-Results-Filtered-By-Acls", "true") : reply
    }

    private func blocking(_ position: Int, _ cluster: Cluster) -> ConsulReply {
        guard version == .streamingBackend else { return plain(position, cluster) }
        return ConsulReply.health(seen(position, cluster), index: UInt64(index(position)))
            .header("X-Consul-Default-Acl-Policy", "deny").header("X-Consul-Query-Backend", "streaming")
            .header("X-Consul-Knownleader", "false").header("X-Consul-Lastcontact", "0")
    }

    private func seen(_ position: Int, _ cluster: Cluster) -> [HealthEntry] {
        let all = HealthEntry.instances(of: "web", count: counts[position])
        return switch cluster.sight {
        case .all: all
        case .allBut(let hidden): Array(all.dropLast(hidden))
        case .nothing, .unknownToken: []
        }
    }

    /// The answer of the endpoint behind Consul's web interface: whether the token may read the service and its nodes.
    private func permission(_ cluster: Cluster) -> ConsulReply {
        if case .unknownToken = cluster.sight { return error(403, "ACL not found") }
        let isAllowed = if case .nothing = cluster.sight { false } else { true }
        return .json("[{\"Allow\":\(isAllowed)},{\"Allow\":\(isAllowed)}]")
    }

    /// Versions since 1.9 put less into errors.
    private func error(_ status: Int, _ text: String) -> ConsulReply {
        let reply = ConsulReply.failure(status, text)
        guard version == .streamingBackend else { return reply }
        return reply.header("X-Consul-Index", nil).header("X-Consul-Knownleader", nil)
            .header("X-Consul-Lastcontact", nil).header("X-Consul-Default-Acl-Policy", "deny")
    }
}

extension ScriptedHTTPRequest {
    /// True if the request is a blocking query.
    var waits: Bool { parameter("index") != nil }
}
