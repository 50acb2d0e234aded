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

        /// Whether its port is registered as something that no port can be, such as 70000. Consul's DNS shows the lower 16
        /// bits of it.
        public var hasImpossiblePort = false

        /// Its named ports, where it has several (Consul 1.22); empty otherwise.
        public var ports: [NamedPort] = []

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

    /// One of several ports of an instance (Consul 1.22).
    public struct NamedPort: Hashable, Sendable {
        /// Its name, unique in the instance.
        public var name: String

        /// The port; `nil` for what no port can be.
        public var port: UInt16?

        /// Whether it is the one that callers without a preference use.
        public var isDefault: Bool

        /// A port.
        public init(name: String = "", port: UInt16? = nil, isDefault: Bool = false) {
            self.name = name
            self.port = port
            self.isDefault = isDefault
        }
    }
}

extension ServiceEntry.Service {
    /// The port of this name, compared without case as Consul's DNS does; of no name, the one for callers without a
    /// preference.
    ///
    /// - Returns: `nil` if there is no such port, or it cannot be one. 0 for an instance without a port.
    public func port(named name: String?) -> UInt16? {
        if let name { return namedPort(name)?.port }
        guard port == 0, !hasImpossiblePort, let usual = ports.first(where: \.isDefault) ?? ports.first else {
            return hasImpossiblePort ? nil : port
        }
        return usual.port
    }

    /// Whether there is a port of this name, whatever its number.
    package func hasPort(_ name: String) -> Bool { namedPort(name) != nil }

    private func namedPort(_ name: String) -> ServiceEntry.NamedPort? {
        ports.first { $0.name.lowercased() == name.lowercased() }
    }
}
