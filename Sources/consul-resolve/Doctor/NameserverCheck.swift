// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Whether DNS can be asked.
struct NameserverCheck {
    let facts: Facts

    init(_ facts: Facts) { self.facts = facts }

    var findings: [Finding] {
        (facts.nameservers ?? []).flatMap { server in
            [
                finding("DNS over UDP", server.server, server.udp, other: server.tcp, isTCP: false),
                finding("DNS over TCP", server.server, server.tcp, other: server.udp, isTCP: true),
            ]
        }
    }

    private func finding(
        _ topic: String,
        _ server: String,
        _ probe: NameserverFacts.Probe,
        other: NameserverFacts.Probe,
        isTCP: Bool
    ) -> Finding {
        switch probe {
        case .speaks:
            return .ok(topic, "\(server) answers for the domain consul.")
        case .declines("SERVFAIL"):
            return .problem(
                topic,
                "\(server) answers SERVFAIL: it cannot reach a server with a leader, or its own token is not known",
                do: "look whether the cluster has a leader (consul operator raft list-peers) and into the agent's log"
            )
        case .declines(let code):
            return .problem(
                topic,
                "\(server) answers \(code), and does not speak for the domain consul.",
                do: "name the DNS port of a Consul agent (--dns-server, CONSUL_DNS_ADDR), and see that its `domain` or "
                    + "`alt_domain` is consul"
            )
        case .silent(let what):
            // Whoever answers one way has the right address; only something on the way can keep the other from working.
            if case .silent = other { return .problem(topic, what, do: absent) }
            let consequence =
                isTCP
                ? "services of many instances cannot be seen whole" : "every question takes a connection"
            return .problem(
                topic,
                "\(what); \(consequence)",
                do: "open the port for \(isTCP ? "TCP" : "UDP") as well in firewalls and container ports"
            )
        }
    }

    /// What to do about a port where nobody is. The agent itself knows best where its DNS is.
    private var absent: String {
        guard case .success(let agent)? = facts.http?.agent, let port = agent.dns.port else {
            return "start the agent (consul agent), or name where its DNS port is (--dns-server, CONSUL_DNS_ADDR)"
        }
        return port < 0
            ? "the agent has DNS switched off; set ports.dns in its configuration, or use --via http"
            : "the agent behind the HTTP API has its DNS on port \(port); name it (--dns-server, CONSUL_DNS_ADDR), and see "
                + "that its client_addr lets this machine in"
    }
}
