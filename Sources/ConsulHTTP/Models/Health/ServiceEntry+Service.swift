// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// One registered instance of a service.
    public struct Service: Hashable, Sendable {
        /// Its id, unique on its node.
        public var id = ""

        /// The service that it is an instance of.
        public var name = ""

        /// Its tags.
        public var tags: [String] = []

        /// Its own address, which may be a host name; empty if it has none and the node's counts. See
        /// ``ServiceEntry/address``.
        public var address = ""

        /// Its port; 0 for none. Also 0 for what cannot be a port: Consul does not check what is written to its catalog.
        public var port: UInt16 = 0

        /// Its share of connections.
        public var weights = Weights()

        /// What its operator says about it.
        public var meta: [String: String] = [:]

        /// Addresses for callers from elsewhere, such as `wan` and `lan_ipv6`.
        public var taggedAddresses: [String: TaggedAddress] = [:]

        /// What kind it is, such as `connect-proxy` or `ingress-gateway`; nil for a service like any other.
        public var kind: String?

        /// For a proxy: the service that it stands before.
        public var proxyDestination: String?

        /// An instance without anything.
        public init() {}
    }
}
