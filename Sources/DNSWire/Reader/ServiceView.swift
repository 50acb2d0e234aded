// SPDX-License-Identifier: Apache-2.0

/// The fields of an SRV record inside a message, without a copy (RFC 2782).
public struct ServiceView: Hashable, Sendable {
    /// The priority; targets with the lowest number are tried first.
    public var priority: UInt16

    /// The share of connections among targets of one priority.
    public var weight: UInt16

    /// The port; Consul sends 0 for a service without one.
    public var port: UInt16

    /// The name of the machine. The root means that the service is decidedly not available.
    public var target: EncodedName

    @inlinable
    init(priority: UInt16, weight: UInt16, port: UInt16, target: EncodedName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}
