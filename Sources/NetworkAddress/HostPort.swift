// SPDX-License-Identifier: Apache-2.0

/// A host and a port as in configuration and URLs: `10.0.0.1:8600`, `[::1]:8600`, `consul.local:8600`.
public struct HostPort: Hashable, Sendable {
    /// The address or name.
    public var host: Host

    /// The port. Zero is possible here, because Consul has services without a port; parsing never yields it.
    public var port: UInt16

    /// Creates a pair of a host and a port.
    @inlinable
    public init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }
}

extension HostPort: Comparable {
    /// Orders by host, then by port.
    public static func < (left: HostPort, right: HostPort) -> Bool {
        (left.host, left.port) < (right.host, right.port)
    }
}

extension HostPort: CustomStringConvertible {
    /// The host and the port joined by a colon, an IPv6 address in brackets (RFC 3986 section 3.2.2).
    public var description: String {
        if case .address(.v6(let address)) = host { return "[\(address)]:\(port)" }
        return "\(host):\(port)"
    }
}
