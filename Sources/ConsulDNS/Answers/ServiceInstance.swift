// SPDX-License-Identifier: Apache-2.0

public import DNSWire
public import NetworkAddress

/// One SRV record of a service, with what the same message says about its target.
public struct ServiceInstance: Hashable, Sendable {
    /// Where the record leads.
    public enum Target: Hashable, Sendable {
        /// An address: spelled by the name (`0a000001.addr.dc1.consul.`), or the only one that the message gives for it.
        /// The node is known when the target is a node's name.
        case address(IPAddress, node: String?)

        /// A node that has no address in the message, or several: its families, in that case.
        case node(String, addresses: [IPAddress], name: DomainName)

        /// Another name of Consul's, such as a service's, with what the message says about it. If several records have
        /// this target, nobody knows which address belongs to which of them.
        case consulName(DomainName, addresses: [IPAddress])

        /// A host outside of Consul's domain, as an address (only if it is written as one) or a name to be looked up by
        /// whoever connects.
        case host(Host)

        /// What was registered cannot be an address of anything: Consul does not check (`10.1.1.1:99`, a path).
        case invalid(DomainName)

        /// The root: the service is decidedly not available here (RFC 2782).
        case unavailable
    }

    /// Lower is tried first (RFC 2782). Consul always says 1.
    public var priority: UInt16

    /// The share of connections among instances of one priority. Consul gives the warning weight to an instance with a
    /// warning check; 0 happens.
    public var weight: UInt16

    /// The port; 0 for a service registered without one.
    public var port: UInt16

    /// Where it is.
    public var target: Target

    /// A record with its target.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: Target) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}
