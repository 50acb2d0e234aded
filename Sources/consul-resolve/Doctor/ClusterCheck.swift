// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Checks the agent's role and version, and that its cluster has a leader.
struct ClusterCheck {
    let facts: Facts

    init(_ facts: Facts) { self.facts = facts }

    var findings: [Finding] {
        guard let http = facts.http else { return [] }
        return [leader(http), agent(http), version(http), datacenter(http)].compactMap { $0 }
    }

    private func leader(_ http: HTTPFacts) -> Finding? {
        switch http.leader {
        case .success(let address?):
            return .ok("leader", "the cluster is led by \(address)")
        case .success(nil):
            return .problem(
                "leader",
                "there is no leader: registrations fail, and answers may be out of date",
                do: "check that a majority of the servers runs and that they reach each other (consul operator raft "
                    + "list-peers)"
            )
        case .failure(let error) where error.code == .noLeader:
            return .problem(
                "leader",
                "the agent knows no servers",
                do: "join it to the cluster: consul join ADDRESS, or retry_join in its configuration"
            )
        case .failure:
            return nil
        }
    }

    private func agent(_ http: HTTPFacts) -> Finding? {
        guard case .success(let agent) = http.agent else { return nil }
        let kind = agent.isServer.map { $0 ? "a server" : "a client" } ?? "an agent"
        let node = agent.nodeName.map { ", node \($0)" } ?? ""
        return .ok("agent", "Consul \(agent.version ?? "of an unknown version"), \(kind)\(node)")
    }

    /// Consul 1.19.0 introduced a new DNS server; 1.19.2 restored the old one.
    private func version(_ http: HTTPFacts) -> Finding? {
        guard case .success(let agent) = http.agent, let version = agent.version else { return nil }
        let number = version.prefix { $0.isNumber || $0 == "." }
        guard ["1.19.0", "1.19.1"].contains(number) else { return nil }
        return .problem(
            "version",
            "the DNS server of Consul \(number) returns one name for all instances of a service, and finds no tags",
            do: "update to 1.19.2 or later, or set experiments = [\"v1dns\"] in the agent's configuration"
        )
    }

    private func datacenter(_ http: HTTPFacts) -> Finding? {
        guard case .success(let known) = http.datacenters else { return nil }
        let own: String? = if case .success(let agent) = http.agent { agent.datacenter } else { nil }
        let list = known.joined(separator: ", ")
        if let wanted = facts.service?.datacenter, !known.isEmpty, !known.contains(wanted.lowercased()) {
            return .problem(
                "datacenter",
                "the agent knows no datacenter \(wanted), only \(list)",
                do: "correct --datacenter, or join the servers of both (retry_join_wan)"
            )
        }
        return .ok("datacenter", (own.map { "\($0); " } ?? "") + "known are \(list)")
    }
}
