// SPDX-License-Identifier: Apache-2.0

extension ConsulReply {
    /// Returns an answer of `/v1/health/service`, in chunks as Consul sends it unless it is small.
    public static func health(_ entries: [HealthEntry], index: UInt64 = 10) -> ConsulReply {
        let texts = entries.map { entry in
            do {
                return try entry.json.text()
            } catch {
                preconditionFailure("encoding strings and small numbers as JSON failed: \(error)")
            }
        }
        return json("[\(texts.joined(separator: ","))]", index: index).with {
            if $0.body.count > 2048 { $0.framing = .chunked(2048) }
        }
    }

    /// Returns the answer for instances on one healthy node.
    public static func health(_ services: [ServiceRegistration], index: UInt64 = 10) -> ConsulReply {
        health(services.map { HealthEntry($0) }, index: index)
    }

    /// Returns a successful read with Consul's headers, spelled as Consul does. The contact is in milliseconds.
    public static func json(
        _ body: String,
        index: UInt64 = 10,
        knownLeader: Bool = true,
        lastContact: Int = 0
    ) -> ConsulReply {
        ConsulReply(
            headers: [
                HeaderField("Content-Type", "application/json"), HeaderField("Vary", "Accept-Encoding"),
                HeaderField("X-Consul-Effective-Consistency", "leader"), HeaderField("X-Consul-Index", "\(index)"),
                HeaderField("X-Consul-Knownleader", "\(knownLeader)"),
                HeaderField("X-Consul-Lastcontact", "\(lastContact)"),
            ],
            body: Array(body.utf8)
        )
    }

    /// Returns a failed read. Consul explains the error in plain text; the values of its headers are then meaningless.
    public static func failure(_ status: Int, _ text: String) -> ConsulReply {
        ConsulReply(
            status,
            headers: [
                HeaderField("Vary", "Accept-Encoding"), HeaderField("X-Consul-Index", "1"),
                HeaderField("X-Consul-Knownleader", "false"), HeaderField("X-Consul-Lastcontact", "0"),
                HeaderField("Content-Type", "text/plain; charset=utf-8"),
            ],
            body: Array(text.utf8)
        )
    }

    /// The cluster has no leader.
    public static let noLeader = failure(500, "No cluster leader")
    /// The requested datacenter is unknown.
    public static let noSuchDatacenter = failure(500, "No path to datacenter")
    /// The token is unknown.
    public static let unknownToken = failure(403, "ACL not found")
    /// The token lacks the permission.
    public static let denied = failure(403, "Permission denied")
    /// The reply of Consul 1.9 and later to a connection beyond the limit for one address.
    public static let tooManyConnections = ConsulReply(
        429,
        headers: [HeaderField("Content-Type", "text/plain")],
        body: Array("Your IP is issuing too many concurrent connections, please rate limit your calls\n".utf8)
    )

    /// Returns the redirect that Go's server sends for a path that is not in canonical form.
    public static func redirect(to location: String) -> ConsulReply {
        ConsulReply(
            301,
            headers: [HeaderField("Content-Type", "text/html; charset=utf-8"), HeaderField("Location", location)],
            body: Array("<a href=\"\(location)\">Moved Permanently</a>.\n\n".utf8)
        )
    }
}
