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
        package var hasImpossiblePort = false

        /// The named ports of an instance with several (Consul 1.22); empty otherwise.
        package var ports: [NamedPort] = []

        /// The instance's shares of connections.
        public var weights = Weights()

        /// The operator's metadata.
        public var meta: [String: String] = [:]

        /// Addresses for callers from other networks, such as `wan` and `lan_ipv6`.
        public var taggedAddresses: [String: TaggedAddress] = [:]

        /// The kind of the service, such as `connect-proxy` or `ingress-gateway`; `nil` for an ordinary service.
        package var kind: String?

        /// The service that a proxy represents; `nil` for other kinds.
        package var proxyDestination: String?

        /// Creates an empty instance.
        package init() {}
    }

    /// One of several ports of an instance (Consul 1.22).
    package struct NamedPort: Hashable, Sendable {
        /// The name of the port, unique in the instance.
        package var name: String

        /// The port number; `nil` if it is impossible.
        package var port: UInt16?

        /// True for the port that callers without a preference use.
        package var isDefault: Bool

        /// Creates a port.
        package init(name: String = "", port: UInt16? = nil, isDefault: Bool = false) {
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

extension ServiceEntry.Service {
    /// Reads an instance, with its optional fields as far as they are requested.
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: ServiceEntry.Fields) throws(JSONError)
    {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ID": id = try reader.read(in: bytes)
            case "Service": name = try reader.read(in: bytes)
            case "Tags": tags = try reader.read(in: bytes)
            case "Address": address = try reader.read(in: bytes)
            case "Port":
                let number = try reader.readPort(in: bytes)
                (port, hasImpossiblePort) = (number ?? 0, number == nil)
            case "Ports": ports = try reader.read(in: bytes)
            case "Weights": weights = try reader.read(in: bytes)
            case "Kind": kind = try reader.readNonEmpty(in: bytes)
            case "Proxy": try readProxy(&reader, in: bytes)
            case "TaggedAddresses" where fields.contains(.taggedAddresses):
                taggedAddresses = try reader.read(in: bytes)
            case "Meta" where fields.contains(.meta): meta = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    private mutating func readProxy(_ reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "DestinationServiceName": proxyDestination = try reader.readNonEmpty(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}

extension ServiceEntry.NamedPort: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Name": name = try reader.read(in: bytes)
            case "Port": port = try reader.readPort(in: bytes)
            case "Default": isDefault = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}

extension ServiceEntry {
    /// Shares of connections among the instances of a service, as in SRV records.
    public struct Weights: Hashable, Sendable {
        /// The weight while all checks pass.
        public var passing: UInt16

        /// The weight while a check warns; it may be 0.
        public var warning: UInt16

        /// Creates weights. The defaults, 1 and 1, are those of Consul.
        public init(passing: UInt16 = 1, warning: UInt16 = 1) {
            self.passing = passing
            self.warning = warning
        }
    }
}

extension ServiceEntry.Weights: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            // Consul keeps weights within these bounds. A weight beyond them comes from another writer, and is clamped.
            case "Passing": passing = UInt16(clamping: try reader.read(Int.self, in: bytes))
            case "Warning": warning = UInt16(clamping: try reader.read(Int.self, in: bytes))
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}

extension ServiceEntry {
    /// An address of an instance for callers from other networks.
    public struct TaggedAddress: Hashable, Sendable {
        /// The address, which may be a host name.
        public var address: String

        /// The port; 0 for none, or for an impossible one.
        public var port: UInt16

        /// Creates an address.
        public init(address: String = "", port: UInt16 = 0) {
            self.address = address
            self.port = port
        }
    }
}

extension ServiceEntry.TaggedAddress: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Address": address = try reader.read(in: bytes)
            case "Port": port = try reader.readPort(in: bytes) ?? 0
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
