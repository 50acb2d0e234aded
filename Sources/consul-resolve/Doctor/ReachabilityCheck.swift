// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Checks that the nameservers answer for the domain `consul.`, and that the HTTP API answers.
struct ReachabilityCheck {
    let facts: Facts

    init(_ facts: Facts) { self.facts = facts }

    var findings: [Finding] { nameservers + http }

    // MARK: DNS

    private var nameservers: [Finding] {
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
                "\(server) answers SERVFAIL: it cannot reach a server with a leader, or its own token is unknown",
                do: "check that the cluster has a leader (consul operator raft list-peers), and read the agent's log"
            )
        case .declines(let code):
            return .problem(
                topic,
                "\(server) answers \(code), and is not authoritative for the domain consul.",
                do: "set the DNS port of a Consul agent (--dns-server, CONSUL_DNS_ADDR), and check that its "
                    + "`domain` or `alt_domain` is consul"
            )
        case .silent(let what):
            // A server that answers over one transport has the right address; only the network between can block the
            // other transport.
            if case .silent = other { return .problem(topic, what, do: absent) }
            let consequence =
                isTCP
                ? "answers about services with many instances are incomplete" : "every query takes a connection"
            return .problem(
                topic,
                "\(what); \(consequence)",
                do: "open the port for \(isTCP ? "TCP" : "UDP") as well in firewalls and container ports"
            )
        }
    }

    /// The remedy for a port without a listener. The agent itself knows its DNS port best.
    private var absent: String {
        guard case .success(let agent)? = facts.http?.agent, let port = agent.dns.port else {
            return "start the agent (consul agent), or set the address of its DNS port (--dns-server, CONSUL_DNS_ADDR)"
        }
        return port < 0
            ? "the agent has DNS switched off; set ports.dns in its configuration, or use --via http"
            : "the agent behind the HTTP API has its DNS on port \(port); set it (--dns-server, CONSUL_DNS_ADDR), and "
                + "check that its client_addr admits this machine"
    }

    // MARK: HTTP

    private var http: [Finding] {
        let topic = "HTTP API"
        guard let http = facts.http else { return [] }
        switch http.leader {
        case .success:
            return [.ok(topic, "\(http.address) answers")]
        case .failure(let error):
            // The API does answer. `AccessCheck` and `ClusterCheck` report the token and the leader.
            if error.code == .noLeader || error.code == .denied { return [.ok(topic, "\(http.address) answers")] }
            return [.problem(topic, error.message, do: advice(on: error))]
        }
    }

    /// Most messages of TLS and of the transport contain the remedy.
    private func advice(on error: ConsulHTTPError) -> String? {
        switch error.code {
        case .badRequest where error.message.contains("HTTPS server"):
            "the port speaks TLS; write https:// in --http-address or CONSUL_HTTP_ADDR, or set CONSUL_HTTP_SSL=true"
        case .transport:
            "start the agent, or set the address of its HTTP API (--http-address, CONSUL_HTTP_ADDR); without the API, "
                + "the reason for an empty service is not known, and large services may be incomplete"
        case .timedOut:
            "the port accepts connections and does not answer: check whether the agent is stuck, or raise --timeout"
        case .tls:
            nil
        case .tokenUnavailable:
            "write the token alone into the file, and let this user read it"
        default:
            "check that this is the address of a Consul agent (--http-address, CONSUL_HTTP_ADDR)"
        }
    }
}
