// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// The proxy's view of the agent behind it.
final class DressedAgent: Sendable {
    let dress: AgentDress
    let node: String
    /// The agent's own DNS port.
    let dnsPort: Int
    let httpPort: Int
    /// The ports that clients use.
    let facePorts: (dns: Int, http: Int)
    /// The management token, if the agent has one.
    let masterToken: String?
    /// True if access control is enabled.
    let hasAccessControl: Bool
    /// The default policy: `allow` or `deny`.
    let defaultPolicy: String
    /// The DNS domain, without leading and trailing dots.
    let domain: String
    /// True if trimmed answers have the TC flag.
    let flagsTruncation: Bool
    private let currentDefaultToken: NIOLockedValueBox<String?>

    /// The token of requests without a token.
    var defaultToken: String? {
        get { currentDefaultToken.withLockedValue { $0 } }
        set { currentDefaultToken.withLockedValue { $0 = newValue } }
    }

    init(
        dress: AgentDress,
        files: ConsulAgentFiles,
        ports: ConsulAgentPorts,
        facePorts: (dns: Int, http: Int)
    ) {
        self.dress = dress
        self.facePorts = facePorts
        node = files.nodeName
        dnsPort = ports.dns
        httpPort = ports.http
        masterToken = files.masterToken
        let acl = files.settings["acl"]?.object ?? [:]
        hasAccessControl = acl["enabled"] == true
        defaultPolicy = hasAccessControl ? acl["default_policy"]?.string ?? "allow" : "allow"
        currentDefaultToken = NIOLockedValueBox(acl["tokens"]?.object?["default"]?.string)
        domain = (files.settings["domain"]?.string ?? "consul").trimmingDots
        flagsTruncation = files.settings["dns_config"]?.object?["enable_truncate"] == true
    }

    /// Passes a request on to the agent and returns the reply.
    func forward(_ request: DressedRequest) async throws -> ConsulReply {
        let bytes = try await PlainHTTP.exchange(request.bytes, with: .port(httpPort))
        guard let reply = ConsulReply(parsing: bytes) else { throw PlainHTTP.MalformedReply(bytes: bytes) }
        return reply
    }

    /// Sends a query to the agent and returns its answer.
    func ask(_ question: [UInt8], over transport: DNSTransport) async throws -> [UInt8] {
        try await withPlainDNSClient(transport, port: dnsPort) { client in
            try await client.send(question)
            return try await client.receive()
        }
    }
}

extension String {
    fileprivate var trimmingDots: String {
        String(drop { $0 == "." }.reversed().drop { $0 == "." }.reversed())
    }
}
