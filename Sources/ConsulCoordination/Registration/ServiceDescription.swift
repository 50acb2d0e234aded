// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// An instance of a service, as it is registered with the local agent.
///
/// ```swift
/// var service = ServiceDescription(name: "web", port: 8080)
/// service.tags = ["v2"]
/// service.checks = [.http("http://127.0.0.1:8080/health")]
/// ```
public struct ServiceDescription: Hashable, Sendable {
    /// The name of the service that this is an instance of.
    public var name: String

    /// The id of the instance, unique on its node. Consul replaces a registration with the same id, so an id that stays
    /// the same across restarts leaves no dead instances behind.
    public var id: String

    /// The port that callers connect to; `nil` for a service without one.
    public var port: Int?

    /// The address that callers connect to, which may be a host name. Default `nil`: the address of the agent's node.
    public var address: String?

    /// Labels that callers may select by. Default empty.
    public var tags: [String] = []

    /// Data for callers. Keys consist of letters, digits, `-` and `_`. Default empty. The key `incarnation` is added
    /// (``ServiceRegistrar/incarnation``).
    public var metadata: [String: String] = [:]

    /// The instance's shares of connections. Default 1 and 1. The weight of a passing instance is at least 1.
    public var weights = ServiceEntry.Weights()

    /// Addresses for callers from other networks, by `lan`, `wan`, `lan_ipv6` and the like. Default empty.
    public var taggedAddresses: [String: ServiceEntry.TaggedAddress] = [:]

    /// True to let others change the tags in the catalog. Default `false`: the agent restores them.
    public var allowsTagOverride = false

    /// The health checks. Default one TTL check of 15 s, kept passing by a heartbeat each 5 s. A service without checks
    /// always counts as healthy while its node does.
    public var checks: [ServiceCheck] = [.ttl(.seconds(15))]

    /// Creates a description.
    ///
    /// - Parameters:
    ///   - name: The name of the service.
    ///   - port: The port that callers connect to; `nil` for a service without one. Register after the server listens,
    ///     when the port is known.
    ///   - address: The address that callers connect to. Default `nil`: the address of the agent's node.
    ///   - id: The id of the instance. Default `nil`: `NAME-HOST-PORT`, where the host is `address`, or else the name of
    ///     this machine.
    public init(name: String, port: Int?, address: String? = nil, id: String? = nil) {
        (self.name, self.port, self.address) = (name, port, address)
        self.id = id ?? ([name, address ?? Self.hostName] + (port.map { ["\($0)"] } ?? [])).joined(separator: "-")
    }
}

extension ServiceDescription {
    /// The key of the incarnation in the metadata. Consul reserves keys that begin with `consul-`.
    static let incarnationKey = "incarnation"
    /// The header in which an HTTP check sends the incarnation.
    static let incarnationHeader = "X-Consul-Instance"

    /// The name of this machine; `localhost` if it has none.
    private static let hostName: String = {
        var bytes = [CChar](repeating: 0, count: 256)
        // POSIX limits the name to 255 bytes; the last byte stays zero.
        let status = gethostname(&bytes, bytes.count - 1)
        let name = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return status != 0 || name.isEmpty ? "localhost" : name
    }()

    /// The checks with their ids. Consul's own pattern: `service:ID`, and `service:ID:N` for one of several.
    var identifiedChecks: [(id: String, check: ServiceCheck)] {
        checks.enumerated().map { number, check in
            (check.id ?? (checks.count == 1 ? "service:\(id)" : "service:\(id):\(number + 1)"), check)
        }
    }

    /// The ids of the checks that heartbeats keep passing.
    var heartbeatCheckIDs: [String] {
        identifiedChecks.filter { $0.check.timeToLive != nil }.map(\.id)
    }

    /// The least time to live; `nil` without TTL checks.
    var timeToLive: Duration? { checks.compactMap(\.timeToLive).min() }

    /// Returns the body of a registration.
    func json(incarnation: String) -> JSON {
        var members: JSON.Members = [
            "Name": .string(name), "ID": .string(id), "Tags": .array(tags.map(JSON.string)),
            "EnableTagOverride": .bool(allowsTagOverride),
        ]
        if let port { members.list.append(("Port", .integer(port))) }
        if let address { members.list.append(("Address", .string(address))) }
        var meta: JSON.Members = [Self.incarnationKey: .string(incarnation)]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { meta.list.append((key, .string(value))) }
        members.list.append(("Meta", .object(meta)))
        let weights: JSON.Members = [
            "Passing": .integer(Int(weights.passing)), "Warning": .integer(Int(weights.warning)),
        ]
        members.list.append(("Weights", .object(weights)))
        if !taggedAddresses.isEmpty {
            var addresses: JSON.Members = [:]
            for (tag, tagged) in taggedAddresses.sorted(by: { $0.key < $1.key }) {
                let value: JSON.Members = ["Address": .string(tagged.address), "Port": .integer(Int(tagged.port))]
                addresses.list.append((tag, .object(value)))
            }
            members.list.append(("TaggedAddresses", .object(addresses)))
        }
        let checks = identifiedChecks.map { $0.check.json(id: $0.id, incarnation: incarnation) }
        members.list.append(("Checks", .array(checks)))
        return .object(members)
    }
}
