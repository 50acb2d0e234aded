// SPDX-License-Identifier: Apache-2.0

/// The data of an SRV record (RFC 2782).
public struct ServiceRecord: Hashable, Sendable {
    /// The priority; targets with the lowest number are tried first.
    public var priority: UInt16

    /// The share of connections among targets of one priority.
    public var weight: UInt16

    /// The port; Consul sends 0 for a service without one.
    public var port: UInt16

    /// The name of the machine. The root means that the service is decidedly not available.
    public var target: DomainName

    /// Creates the data from its four fields.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: DomainName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

extension ServiceRecord: CustomStringConvertible {
    /// The presentation format: `1 1 8080 n1.node.dc1.consul.`.
    public var description: String {
        "\(priority) \(weight) \(port) \(target)"
    }
}
