// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Whether the HTTP API can be asked.
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
            // It answers, only not what one would like to hear. What is wrong with the token is said with the token.
            if error.code == .noLeader || error.code == .denied { return [.ok(Self.topic, "\(http.address) answers")] }
            return [.problem(Self.topic, error.message, do: advice(on: error))]
        }
    }

    /// Most messages of TLS and of the transport say themselves what to do.
    private func advice(on error: ConsulHTTPError) -> String? {
        switch error.code {
        case .badRequest where error.message.contains("HTTPS server"):
            "the port speaks TLS; write https:// in --http-address or CONSUL_HTTP_ADDR, or set CONSUL_HTTP_SSL=true"
        case .transport:
            "start the agent, or name where its HTTP API is (--http-address, CONSUL_HTTP_ADDR); without it, nobody can say "
                + "why a service is empty, nor show all of a large one"
        case .timedOut:
            "something accepts connections and does not answer: see whether the agent is stuck, or raise --timeout"
        case .tls:
            nil
        case .tokenUnavailable:
            "write the token alone into the file, and let this user read it"
        default:
            "see that this is the address of a Consul agent (--http-address, CONSUL_HTTP_ADDR)"
        }
    }
}
