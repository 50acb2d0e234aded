// SPDX-License-Identifier: Apache-2.0

/// The data of an SRV record (RFC 2782).
package struct ServiceRecord: Hashable, Sendable {
    /// The priority; targets with the lowest number are tried first.
    package var priority: UInt16

    /// The share of connections among targets of one priority.
    package var weight: UInt16

    /// The port; Consul sends 0 for a service without one.
    package var port: UInt16

    /// The name of the machine. The root means that the service is decidedly not available.
    package var target: DomainName

    /// Creates the data from its four fields.
    package init(priority: UInt16, weight: UInt16, port: UInt16, target: DomainName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

extension ServiceRecord: CustomStringConvertible {
    /// The presentation format: `1 1 8080 n1.node.dc1.consul.`.
    package var description: String {
        "\(priority) \(weight) \(port) \(target)"
    }
}
