// SPDX-License-Identifier: Apache-2.0

/// The loopback ports of one agent.
public struct ConsulAgentPorts: Sendable, Hashable {
    /// DNS, over UDP and TCP.
    public let dns: Int
    /// The HTTP API.
    public let http: Int
    /// The HTTP API over TLS, for an agent that has it.
    public let https: Int?
    /// Gossip inside the datacenter.
    public let serfLAN: Int
    /// Gossip between datacenters.
    public let serfWAN: Int
    /// RPC between servers.
    public let server: Int

    static func free(https: Bool = false) throws -> ConsulAgentPorts {
        let ports = try LoopbackPorts.free(count: https ? 6 : 5)
        return ConsulAgentPorts(
            dns: ports[0],
            http: ports[1],
            https: https ? ports[5] : nil,
            serfLAN: ports[2],
            serfWAN: ports[3],
            server: ports[4]
        )
    }

    /// Returns these ports with the proxy's DNS and HTTP ports, for a dressed agent.
    func with(dns: Int, http: Int) -> ConsulAgentPorts {
        ConsulAgentPorts(dns: dns, http: http, https: https, serfLAN: serfLAN, serfWAN: serfWAN, server: server)
    }

    var configuration: JSONObject.Value {
        func port(_ number: Int) -> JSONObject.Value { .number(Double(number)) }
        return [
            "dns": port(dns), "http": port(http), "serf_lan": port(serfLAN), "serf_wan": port(serfWAN),
            "server": port(server), "grpc": -1, "https": port(https ?? -1),
        ]
    }
}
