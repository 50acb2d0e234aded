// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS

/// A request for the instances of a service, with the conditions that they have to meet.
///
/// ```swift
/// try await resolver.resolve(.preparedQuery("nearest-web"))
/// try await resolver.resolve(ServiceRequest("web", tags: ["v2", "canary"], in: .datacenter("dc2")))
/// ```
///
/// A request goes over DNS if DNS can carry it; several tags, a filter, a name with a dot in it and the like need
/// Consul's HTTP API.
public struct ServiceRequest: Hashable, Sendable {
    /// The kinds of things that a name stands for.
    package enum Kind: String, Sendable {
        /// A service.
        case service
        /// The instances of a service that take part in the mesh, proxies included. Consul 1.2.
        case connect
        /// The ingress gateways of a service. Consul 1.8.
        case ingress
        /// A prepared query, by name or ID. The query defines which instances are healthy.
        case preparedQuery = "prepared query"
    }

    /// The rule by which instances count as healthy.
    public enum HealthRule: Hashable, Sendable {
        /// Instances without a critical check, as in Consul's DNS answers.
        case notCritical
        /// Instances with passing checks only. DNS cannot carry this rule: a stricter rule for DNS is a setting of the
        /// agent (`only_passing`).
        case passing
    }

    /// The kind of thing that the name stands for.
    package var kind = Kind.service

    /// The name.
    public var name: String

    /// The tags that an instance has to have, all of them. Not for a prepared query, which selects its instances by
    /// itself.
    ///
    /// They are kept sorted and without duplicates: requests that are otherwise equal are the same request, with one
    /// entry in the cache.
    public var tags: [String] { didSet { tags = Self.sorted(tags) } }

    /// The name of the port to connect to, for a service with several (Consul 1.22); `nil`, the default, for the port
    /// that is registered as the default. Consul ignores case in the name.
    ///
    /// Only instances with a port of that name count. The answer of an older Consul is an unknown outcome with
    /// ``ResolutionFailure/Code/noNamedPorts``. Over DNS, where Consul says NXDOMAIN as soon as one instance lacks the
    /// port, it is possible to learn some of the instances, but not that there are none.
    public var port: String?

    /// The locality of the instances; the agent's own datacenter by default.
    public var locality: ConsulLocality

    /// An expression in Consul's filter language that an instance has to meet, such as `Service.Meta.version == "2"`.
    /// Not for a prepared query.
    public var filter: String?

    /// The node from which the round-trip time is measured to sort the instances, with `_agent` for the agent that is
    /// queried. For a prepared query, it replaces the query's own `Near`.
    ///
    /// ``Resolution/endpoints`` keep Consul's order, with the nearest first. Those of a prepared query always do, since
    /// Consul sorts them if the query says so and shuffles them otherwise. Picks ignore the order unless the
    /// configuration uses it, because the nearest endpoint of many clients may be the same one:
    ///
    /// ```swift
    /// var balancing = LoadBalancer.Configuration()
    /// balancing.locality = LocalityPreference([.nearest(3)])
    /// let web = resolver.service(ServiceRequest("web", near: "_agent"), balancing: balancing)
    /// let nearest = resolver.service(.preparedQuery("nearest-web"), balancing: balancing)
    /// ```
    ///
    /// The three nearest endpoints share the load by the policy, and the load that they cannot carry goes to the
    /// others. Consul sorts by network coordinates. Where coordinates are disabled, and for other datacenters, it has
    /// none: the order is then that of the nodes' names.
    public var near: String?

    /// The rule by which instances count as healthy. Default ``HealthRule/notCritical``.
    public var health: HealthRule

    /// True if `Endpoint.details` are required. DNS does not carry them. Default `false`: they are present when the
    /// answer happens to come over HTTP.
    public var needsDetails: Bool

    /// The failover targets for a request that is authoritatively empty, or that cannot be answered. In order of
    /// preference; default empty. ``Resolution/alternative`` says which of them has answered.
    ///
    /// The most preferred target that has endpoints is used, and further resolutions go straight to it. A preferred
    /// target that comes back is used again when it has been good for
    /// ``ResolverConfiguration/Failover/failback``. If no target has endpoints, the outcome is empty only if
    /// every target said so.
    public var alternatives: [Alternative] = []

    /// Creates a request for the instances of a service.
    public init(
        _ name: String,
        tags: [String] = [],
        in locality: ConsulLocality = .local,
        filter: String? = nil,
        near: String? = nil,
        health: HealthRule = .notCritical,
        needsDetails: Bool = false
    ) {
        self.name = name
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

    private init(_ kind: Kind, _ name: String, in locality: ConsulLocality) {
        self.init(name, in: locality)
        self.kind = kind
    }

    /// Returns a request for the instances of a service that take part in the mesh, proxies included. Consul 1.2.
    public static func connect(_ service: String, in locality: ConsulLocality = .local) -> ServiceRequest {
        ServiceRequest(.connect, service, in: locality)
    }

    /// Returns a request for the ingress gateways of a service. Consul 1.8.
    public static func ingress(_ service: String, in locality: ConsulLocality = .local) -> ServiceRequest {
        ServiceRequest(.ingress, service, in: locality)
    }

    /// Returns a request for the instances that a prepared query selects, which also defines
    /// which instances are healthy.
    public static func preparedQuery(_ nameOrID: String, in locality: ConsulLocality = .local) -> ServiceRequest {
        ServiceRequest(.preparedQuery, nameOrID, in: locality)
    }
}

extension ServiceRequest: ExpressibleByStringInterpolation {
    /// A request for the instances of the service with this name, without further conditions.
    public init(stringLiteral name: String) {
        self.init(name)
    }
}

extension ServiceRequest: CustomStringConvertible {
    /// The request in words.
    public var description: String {
        var words = kind == .service ? name : "\(kind.rawValue) \(name)"
        if !tags.isEmpty { words += " with \(tags.count == 1 ? "tag" : "tags") \(tags.joined(separator: ", "))" }
        if let port { words += " at its port \(port)" }
        if let datacenter = locality.datacenter { words += " in \(datacenter)" }
        if let filter { words += " where \(filter)" }
        for alternative in alternatives { words += ", else \(alternative)" }
        return words
    }
}
