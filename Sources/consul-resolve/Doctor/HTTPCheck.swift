// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Checks that the HTTP API answers.
struct HTTPCheck {
    let facts: Facts

    init(_ facts: Facts) { self.facts = facts }

    private static let topic = "HTTP API"

    var findings: [Finding] {
        guard let http = facts.http else { return [] }
        switch http.leader {
        case .success:
            return [.ok(Self.topic, "\(http.address) answers")]
        case .failure(let error):
            // The API does answer. `AccessCheck` and `ClusterCheck` report the token and the leader.
            if error.code == .noLeader || error.code == .denied { return [.ok(Self.topic, "\(http.address) answers")] }
            return [.problem(Self.topic, error.message, do: advice(on: error))]
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
