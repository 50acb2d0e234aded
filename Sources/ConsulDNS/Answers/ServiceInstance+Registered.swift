// SPDX-License-Identifier: Apache-2.0

package import DNSWire
import NetworkAddress

extension ServiceInstance.Target {
    /// The target that Consul's DNS makes of what is registered as an address, as the reader of answers understands it.
    ///
    /// Consul checks nothing: it takes what is no IP address for a name in presentation format (RFC 1035 section 5.1), to
    /// which it adds a dot unless there is one.
    ///
    /// - Returns: `nil` for a text that is neither. Consul's DNS then drops the whole answer.
    package init?(registeredAs text: String, domain: DomainName) {
        if let address = IPAddress(text) {
            self = .address(address.unmapped, node: nil)
        } else if let name = try? DomainName(text) {
            self = TargetReader(domain: domain).target(of: name)
        } else {
            return nil
        }
    }

    /// A host outside of Consul's domain. A dot within a label comes out escaped in presentation format, and is none
    /// between two labels.
    static func foreign(_ name: DomainName) -> ServiceInstance.Target {
        switch Host(String(name.description.dropLast())) {
        case .address(let address): .host(.address(address.unmapped))
        case .name(let host): .host(.name(host))
        case nil: .invalid(name)
        }
    }
}
