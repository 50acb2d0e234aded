// SPDX-License-Identifier: Apache-2.0

/// Which instances of which service to ask for.
public struct ServiceHealthRequest: Hashable, Sendable {
    /// Which of Consul's three lists. More may be added.
    public struct Kind: Hashable, Sendable {
        let path: RequestPath

        /// The instances of a service: `/v1/health/service`.
        public static let service = Kind(path: "/v1/health/service")
        /// Those that take part in the mesh, proxies included: `/v1/health/connect`.
        public static let connect = Kind(path: "/v1/health/connect")
        /// The ingress gateways of a service: `/v1/health/ingress`, since Consul 1.8.
        public static let ingress = Kind(path: "/v1/health/ingress")

        private init(path: StaticString) { self.path = RequestPath(path) }
    }

    /// The service's name.
    public var service: String

    /// Which list. Default ``Kind/service``.
    public var kind: Kind = .service

    /// Only instances with all of these tags; case does not matter. Default none.
    public var tags: [String] = []

    /// Whether Consul leaves out instances that have a check which does not pass. Default `false`: the caller sees why a
    /// service has nothing healthy.
    public var onlyPassing = false

    /// The cluster peer that exports the service; `nil`, the default, for one's own. Consul 1.14.
    public var peer: String?

    /// The sameness group (Enterprise) to look in; `nil` by default. Consul 1.16.
    public var samenessGroup: String?

    /// What may be chosen for every read.
    public var options = ReadOptions()

    /// What to take from the answer.
    public var fields = ServiceEntry.Fields.standard

    /// A request for all instances of a service.
    public init(_ service: String) {
        self.service = service
    }

    var read: ReadRequest {
        var query = RequestQuery()
        for tag in tags { query.append("tag", tag) }
        if onlyPassing { query.append("passing") }
        query.append("peer", ifPresent: peer)
        query.append("sg", ifPresent: samenessGroup)
        return ReadRequest(kind.path.appending(segment: service), query: query, options: options)
    }
}
