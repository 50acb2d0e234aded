// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
public import DNSWire
public import NetworkAddress
package import ResolverSupport
import TestSupport

/// The type of the library; the test support has a type of the same name.
typealias Transport = ConsulDNS.DNSTransport

extension DomainName: ExpressibleByStringLiteral {
    /// Parses the presentation format; traps if it is malformed.
    public init(stringLiteral value: String) {
        do { try self.init(value) } catch { preconditionFailure("\(value) is no domain name: \(error)") }
    }
}

extension IPAddress: ExpressibleByStringLiteral {
    /// Parses either family.
    public init(stringLiteral value: String) {
        guard let address = IPAddress(value) else { preconditionFailure("\(value) is no address") }
        self = address
    }
}

extension Moment: ExpressibleByIntegerLiteral {
    /// A moment by its nanoseconds.
    package init(integerLiteral value: Int64) { self.init(nanoseconds: value) }
}

extension Nanoseconds: ExpressibleByIntegerLiteral {
    /// A time by its nanoseconds.
    package init(integerLiteral value: Int64) { self.init(count: value) }
}

extension DNSQuery {
    /// A query for the SRV records of a name.
    static func srv(_ name: DomainName, edns: UInt16? = nil) -> DNSQuery {
        DNSQuery(Question(name: name, type: .srv), ednsPayloadSize: edns)
    }
}

extension Nameserver {
    /// A server on this machine.
    static func loopback(_ port: Int) -> Nameserver {
        Nameserver(address: "127.0.0.1", port: UInt16(port))
    }
}
