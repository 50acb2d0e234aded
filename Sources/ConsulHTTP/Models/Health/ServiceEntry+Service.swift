// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// One registered instance of a service.
    public struct Service: Hashable, Sendable {
        /// The id of the instance, unique on its node.
        public var id = ""

        /// The name of the service that this is an instance of.
        public var name = ""

        /// The tags of the instance.
        public var tags: [String] = []

        /// The instance's own address, which may be a host name; empty if the address of the node applies. See
        /// ``ServiceEntry/address``.
        public var address = ""

        /// The port of the instance; 0 for none. Also 0 for an impossible port: Consul does not validate ports in its
        /// catalog.
        public var port: UInt16 = 0

        /// True if the registered port is impossible, such as 70000. Consul's DNS answers its lower 16 bits.
        public var hasImpossiblePort = false

        /// The named ports of an instance with several (Consul 1.22); empty otherwise.
        public var ports: [NamedPort] = []

        /// The instance's shares of connections.
        public var weights = Weights()

        /// The operator's metadata.
        public var meta: [String: String] = [:]

        /// Addresses for callers from other networks, such as `wan` and `lan_ipv6`.
        public var taggedAddresses: [String: TaggedAddress] = [:]

        /// The kind of the service, such as `connect-proxy` or `ingress-gateway`; `nil` for an ordinary service.
        public var kind: String?

        /// The service that a proxy represents; `nil` for other kinds.
        public var proxyDestination: String?

        /// Creates an empty instance.
        public init() {}
    }

    /// One of several ports of an instance (Consul 1.22).
    public struct NamedPort: Hashable, Sendable {
        /// The name of the port, unique in the instance.
        public var name: String

        /// The port number; `nil` if it is impossible.
        public var port: UInt16?

        /// True for the port that callers without a preference use.
        public var isDefault: Bool

        /// Creates a port.
        public init(name: String = "", port: UInt16? = nil, isDefault: Bool = false) {
            self.name = name
            self.port = port
            self.isDefault = isDefault
        }
    }
}

extension ServiceEntry.Service {
    /// Returns the port with this name, compared without case as in Consul's DNS. Without a name, returns the port for
    /// callers without a preference.
    ///
    /// - Returns: `nil` if there is no such port, or if it is impossible. 0 for an instance without a port.
    public func port(named name: String?) -> UInt16? {
        if let name { return namedPort(name)?.port }
        guard port == 0, !hasImpossiblePort, let usual = ports.first(where: \.isDefault) ?? ports.first else {
            return hasImpossiblePort ? nil : port
        }
        return usual.port
    }

    /// Returns true if there is a port with this name, whatever its number.
    package func hasPort(_ name: String) -> Bool { namedPort(name) != nil }

    private func namedPort(_ name: String) -> ServiceEntry.NamedPort? {
        ports.first { $0.name.lowercased() == name.lowercased() }
    }
}
