// SPDX-License-Identifier: Apache-2.0

/// A request for the instances of a service.
public struct ServiceHealthRequest: Hashable, Sendable {
    /// The kinds of lists that Consul offers. More may be added.
    public struct Kind: Hashable, Sendable {
        let path: RequestPath

        /// The instances of a service: `/v1/health/service`.
        public static let service = Kind(path: "/v1/health/service")
        /// The instances that take part in the mesh, proxies included: `/v1/health/connect`.
        public static let connect = Kind(path: "/v1/health/connect")
        /// The ingress gateways of a service: `/v1/health/ingress`, since Consul 1.8.
        public static let ingress = Kind(path: "/v1/health/ingress")

        private init(path: StaticString) { self.path = RequestPath(path) }
    }

    /// The service's name.
    public var service: String

    /// The kind of list. Default ``Kind/service``.
    public var kind: Kind = .service

    /// Tags that an instance must have, all of them; case does not matter. Default none.
    public var tags: [String] = []

    /// True to let Consul omit instances with a check that does not pass. Default `false`, so that the caller can see
    /// why a service has no healthy instance.
    public var onlyPassing = false

    /// The cluster peer that exports the service; `nil`, the default, for the local cluster. Consul 1.14.
    public var peer: String?

    /// The sameness group (Enterprise) to search; `nil` by default. Consul 1.16.
    public var samenessGroup: String?

    /// The options that apply to every read.
    public var options = ReadOptions()

    /// The fields to decode.
    package var fields = ServiceEntry.Fields.standard

    /// Creates a request for all instances of a service.
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
