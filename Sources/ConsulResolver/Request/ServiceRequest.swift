// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS

/// What to ask Consul for: a service, and which of its instances.
///
/// ```swift
/// try await resolver.resolve(.preparedQuery("nearest-web"))
/// try await resolver.resolve(ServiceRequest("web", tags: ["v2", "canary"], in: .datacenter("dc2")))
/// ```
///
/// What DNS can carry is asked over DNS; several tags, a filter, a name with a dot in it and the like go to Consul's
/// HTTP API.
public struct ServiceRequest: Hashable, Sendable {
    /// What kind of thing the name names. More kinds may be added.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// The kind's name.
        public let description: String

        /// A service.
        public static let service = Kind(description: "service")
        /// The instances of a service that take part in the mesh, proxies included. Consul 1.2.
        public static let connect = Kind(description: "connect")
        /// The ingress gateways of a service. Consul 1.8.
        public static let ingress = Kind(description: "ingress")
        /// A prepared query, by name or id. Which instances are healthy is for the query to say.
        public static let preparedQuery = Kind(description: "prepared query")
    }

    /// Which instances count as healthy.
    public enum HealthRule: Hashable, Sendable {
        /// Those without a critical check, as Consul's DNS answers them.
        case notCritical
        /// Those whose checks all pass. DNS cannot be asked for them: whether it knows another rule is a setting of the
        /// agent (`only_passing`).
        case passing
    }

    /// What kind of thing the name names.
    public var kind: Kind

    /// The name.
    public var name: String

    /// Only instances with all of these tags. Not for a prepared query, which says itself what it finds.
    ///
    /// They are kept sorted and each once: requests that differ in nothing else are the same request, with one answer in the
    /// cache.
    public var tags: [String] { didSet { tags = Self.sorted(tags) } }

    /// The name of the port to connect to, of a service with several (Consul 1.22); `nil`, the default, for the one that is
    /// registered as the default. Consul compares it without case.
    ///
    /// Only instances with a port of that name count. What an older Consul says about one is an unknown outcome with
    /// ``ResolutionFailure/Code/noNamedPorts``. Over DNS, where Consul says NXDOMAIN as soon as one instance lacks the port,
    /// a part of the instances can be known, and never that there is none.
    public var port: String?

    /// Where; the agent's own datacenter by default.
    public var locality: ConsulLocality

    /// Only instances for which this expression holds, in Consul's filter language, such as
    /// `Service.Meta.version == "2"`. Not for a prepared query.
    public var filter: String?

    /// Sorted by round-trip time from this node, with `_agent` for the agent that is asked. For a prepared query, it takes the
    /// place of the query's own `Near`.
    ///
    /// ``Resolution/endpoints`` keep Consul's order, with the nearest first; those of a prepared query always do, since Consul
    /// sorts them if the query says so and shuffles them otherwise. Picks do not go by it unless they are told to, because the
    /// nearest endpoint of many clients may be the same one:
    ///
    /// ```swift
    /// var balancing = LoadBalancer.Configuration()
    /// balancing.locality = LocalityPreference([.nearest(3)])
    /// let web = resolver.service(ServiceRequest("web", near: "_agent"), balancing: balancing)
    /// let nearest = resolver.service(.preparedQuery("nearest-web"), balancing: balancing)
    /// ```
    ///
    /// The three nearest endpoints share the load as the policy has it, and what they cannot take goes to the others. Consul
    /// sorts by what it knows of the network. It knows nothing of it where coordinates are disabled or of other datacenters:
    /// then the order is that of the nodes' names.
    public var near: String?

    /// Which instances count as healthy. Default ``HealthRule/notCritical``.
    public var health: HealthRule

    /// Whether `Endpoint.details` are needed. DNS does not carry them. Default false: they come along
    /// when the answer happens to come over HTTP.
    public var needsDetails: Bool

    /// Where else to look when the request itself finds nothing: when it is authoritatively empty, or cannot be answered.
    /// In order of preference; default none. ``Resolution/alternative`` says which of them has answered.
    ///
    /// The most preferred place that has endpoints is used, and resolutions go straight there from then on. A preferred
    /// one that comes back is used again when it has been good for ``ServiceResolver/Configuration/Failover/failback``.
    /// If nobody has endpoints, the outcome is empty only if all places said so.
    public var alternatives: [Alternative] = []

    /// A request for the instances of a service.
    public init(
        _ name: String,
        kind: Kind = .service,
        tags: [String] = [],
        in locality: ConsulLocality = .local,
        filter: String? = nil,
        near: String? = nil,
        health: HealthRule = .notCritical,
        needsDetails: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.tags = Self.sorted(tags)
        self.locality = locality
        self.filter = filter
        self.near = near
        self.health = health
        self.needsDetails = needsDetails
    }

    private static func sorted(_ tags: [String]) -> [String] {
        tags.count < 2 ? tags : Set(tags).sorted()
    }

    /// The mesh-capable instances of a service.
    public static func connect(_ service: String, in locality: ConsulLocality = .local) -> ServiceRequest {
        ServiceRequest(service, kind: .connect, in: locality)
    }

    /// The ingress gateways of a service.
    public static func ingress(_ service: String, in locality: ConsulLocality = .local) -> ServiceRequest {
        ServiceRequest(service, kind: .ingress, in: locality)
    }

    /// What a prepared query finds.
    public static func preparedQuery(_ nameOrID: String, in locality: ConsulLocality = .local) -> ServiceRequest {
        ServiceRequest(nameOrID, kind: .preparedQuery, in: locality)
    }
}

extension ServiceRequest: CustomStringConvertible {
    /// The request in words.
    public var description: String {
        var words = kind == .service ? name : "\(kind) \(name)"
        if !tags.isEmpty { words += " with \(tags.count == 1 ? "tag" : "tags") \(tags.joined(separator: ", "))" }
        if let port { words += " at its port \(port)" }
        if let datacenter = locality.datacenter { words += " in \(datacenter)" }
        if let filter { words += " where \(filter)" }
        for alternative in alternatives { words += ", else \(alternative)" }
        return words
    }
}
