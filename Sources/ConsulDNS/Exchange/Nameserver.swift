// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The address of a DNS server: for Consul, an agent's DNS port (8600 unless configured otherwise).
public struct Nameserver: Hashable, Sendable {
    /// The IP address on which it listens.
    public var address: IPAddress

    /// The UDP and TCP port. Queries to port 0 are refused.
    public var port: UInt16

    /// Consul's default DNS port.
    public static let defaultPort: UInt16 = 8600

    /// Creates the address of a server.
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

/// The transport of a DNS message.
public enum DNSTransport: String, Hashable, Sendable, CaseIterable {
    /// One datagram. Consul trims an answer that does not fit, by default without setting TC.
    case udp
    /// A connection that is kept open and shared. An answer has up to 64 KiB.
    case tcp
}

/// The server and transport of a query.
struct Route: Hashable, Sendable {
    let server: Nameserver
    let transport: DNSTransport
}
