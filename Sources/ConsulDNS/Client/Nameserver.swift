// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The address of a DNS server: for Consul, an agent's DNS port (8600 unless configured otherwise).
public struct Nameserver: Hashable, Sendable {
    /// Where it listens.
    public var address: IPAddress

    /// The UDP and TCP port; 0 is refused when the server is asked.
    public var port: UInt16

    /// Consul's default DNS port.
    public static let defaultPort: UInt16 = 8600

    /// Names a server.
    public init(address: IPAddress, port: UInt16 = Nameserver.defaultPort) {
        self.address = address
        self.port = port
    }
}

extension Nameserver: CustomStringConvertible {
    /// `address:port`, with an IPv6 address in brackets.
    public var description: String {
        HostPort(host: .address(address), port: port).description
    }
}
