// SPDX-License-Identifier: Apache-2.0

package import DNSWire
import NetworkAddress

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
