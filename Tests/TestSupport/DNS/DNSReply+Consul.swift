// SPDX-License-Identifier: Apache-2.0

extension DNSReply {
    /// An instance for ``service(to:instances:ttl:includesText:)``.
    public struct Instance: Sendable, Hashable {
        /// Its IPv4 address.
        public var address: String
        /// Its port.
        public var port: UInt16
        /// Its weight.
        public var weight: UInt16
        /// Its node, which becomes the target's name.
        public var node: String

        /// Makes an instance on a node of its own.
        public init(_ address: String, port: UInt16 = 8080, weight: UInt16 = 1, node: String) {
            self.address = address
            self.port = port
            self.weight = weight
            self.node = node
        }
    }

    /// Returns Consul's answer to an SRV query: one SRV record for each instance, then for each the address of its node
    /// and a TXT record with the node's metadata. Consul's trimming removes TXT records first, so a trimmed answer has
    /// none.
    public static func service(
        to query: ScriptedQuery,
        instances: [Instance],
        ttl: UInt32 = 0,
        includesText: Bool = true
    ) -> DNSReply {
        var reply = DNSReply(to: query)
        for instance in instances {
            let target = DNSName("\(instance.node).node.dc1.consul.")
            reply.answers.append(
                DNSRecord(
                    DNSName(query.name),
                    ttl: ttl,
                    .srv(priority: 1, weight: instance.weight, port: instance.port, target: target)
                )
            )
            reply.additional.append(DNSRecord(target, ttl: ttl, .a(instance.address)))
            if includesText {
                reply.additional.append(DNSRecord(target, ttl: ttl, .txt(["consul-network-segment="])))
            }
        }
        return reply
    }

    /// Returns the same for `count` generated instances: 10.x.y.z on nodes `n0`, `n1` and so on.
    public static func service(to query: ScriptedQuery, count: Int, ttl: UInt32 = 0) -> DNSReply {
        let instances = (0..<count).map { Instance(ConsulAgent.instanceAddress($0), node: "n\($0)") }
        return service(to: query, instances: instances, ttl: ttl)
    }

    /// Returns the `count` instances, without TXT records, that remain after Consul trims an answer that was too long.
    public static func trimmed(to query: ScriptedQuery, count: Int) -> DNSReply {
        let instances = (0..<count).map { Instance(ConsulAgent.instanceAddress($0), node: "n\($0)") }
        return service(to: query, instances: instances, includesText: false)
    }

    /// Returns Consul's negative answer: the response code, and the zone's SOA for negative caching.
    public static func nothing(to query: ScriptedQuery, code: DNSReplyCode, minimum: UInt32 = 0) -> DNSReply {
        var reply = DNSReply(to: query)
        reply.code = code
        let start = DNSRecord.Content.soa(
            "ns.consul.",
            "hostmaster.consul.",
            serial: 1,
            refresh: 3600,
            retry: 600,
            expire: 86_400,
            minimum: minimum
        )
        reply.authority = [DNSRecord("consul.", ttl: minimum, start)]
        return reply
    }
}
