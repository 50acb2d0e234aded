// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// Somewhere to connect to: one instance of a service.
public struct Endpoint: Hashable, Sendable {
    /// An address, or the name of a host outside of Consul that is still to be looked up.
    public var host: Host

    /// The port; 0 for a service that was registered without one.
    public var port: UInt16

    /// Lower is tried first (RFC 2782). Consul always says 1.
    public var priority: UInt16

    /// The share of connections among endpoints of one priority (RFC 2782); 0 for almost none.
    public var weight: UInt16

    /// The Consul node that the instance runs on, where it is known.
    public var node: String?

    @usableFromInline var box: ExtrasBox?

    /// What else is known of the instance; `nil` when the answer came over DNS.
    public var details: Details? {
        get { box?.extras.details }
        set { extras.details = newValue }
    }

    /// What asking the instance itself has shown; `nil` when it was not asked, or not often enough to tell.
    public var probe: ProbeVerdict? {
        get { box?.extras.probe }
        set { extras.probe = newValue }
    }

    private var extras: Extras {
        get { box?.extras ?? Extras() }
        set { box = newValue.isEmpty ? nil : ExtrasBox(newValue) }
    }

    /// An endpoint.
    @inlinable
    public init(host: Host, port: UInt16, priority: UInt16 = 1, weight: UInt16 = 1, node: String? = nil) {
        self.host = host
        self.port = port
        self.priority = priority
        self.weight = weight
        self.node = node
    }

    /// Where it is, and nothing else: what tells endpoints apart.
    @inlinable
    public var hostPort: HostPort { HostPort(host: host, port: port) }

    /// `host:port` as URLs write it, with an IPv6 address in brackets.
    public var authority: String { hostPort.description }
}

extension Endpoint: CustomStringConvertible {
    /// The authority.
    public var description: String { authority }
}
