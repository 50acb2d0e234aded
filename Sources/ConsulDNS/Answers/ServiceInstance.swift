// SPDX-License-Identifier: Apache-2.0

package import DNSWire
package import NetworkAddress

/// One SRV record of a service, with the data of the same message about its target.
package struct ServiceInstance: Hashable, Sendable {
    /// The target of the record.
    package enum Target: Hashable, Sendable {
        /// An address: encoded in the name (`0a000001.addr.dc1.consul.`), or the only one in the message for the name.
        /// The node is known if the target is a node's name.
        case address(IPAddress, node: String?)

        /// A node that has no address in the message, or several, one for each family.
        case node(String, addresses: [IPAddress], name: DomainName)

        /// Another name in Consul's domain, such as a service's, with its addresses in the message. If several records
        /// have this target, the message does not tell which address belongs to which of them.
        case consulName(DomainName, addresses: [IPAddress])

        /// A host outside of Consul's domain, as an address (only if it is written as one) or a name to be resolved
        /// when a connection is made.
        case host(Host)

        /// Registered text that cannot be an address: Consul does not validate it (`10.1.1.1:99`, a path).
        case invalid(DomainName)

        /// The root name: the service is decidedly not available at this domain (RFC 2782).
        case unavailable
    }

    /// The priority; lower values are tried first (RFC 2782). Consul always sends 1.
    package var priority: UInt16

    /// The share of connections among instances of one priority. Consul sends the warning weight for an instance with a
    /// warning check; 0 occurs.
    package var weight: UInt16

    /// The port; 0 for a service registered without one.
    package var port: UInt16

    /// The target.
    package var target: Target

    /// A record with its target.
    package init(priority: UInt16, weight: UInt16, port: UInt16, target: Target) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

extension ServiceInstance.Target {
    /// The target of an instance registered with this address, as it would be read from an answer of Consul's DNS.
    ///
    /// Consul does not validate addresses: text that is no IP address is treated as a name in presentation format (RFC
    /// 1035 section 5.1), to which it adds a trailing dot unless there is one.
    ///
    /// - Returns: `nil` for text that is neither. Consul's DNS then drops the whole answer.
    package init?(registeredAs text: String, domain: DomainName) {
        if let address = IPAddress(text) {
            self = .address(address.unmapped, node: nil)
        } else if let name = try? DomainName(text) {
            self = TargetReader(domain: domain).target(of: name)
        } else {
            return nil
        }
    }

    /// The target for a host outside of Consul's domain. A dot within a label is escaped in presentation format, so it
    /// does not separate labels.
    static func foreign(_ name: DomainName) -> ServiceInstance.Target {
        switch Host(String(name.description.dropLast())) {
        case .address(let address): .host(.address(address.unmapped))
        case .name(let host): .host(.name(host))
        case nil: .invalid(name)
        }
    }
}
