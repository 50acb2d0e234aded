// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The place of one instance of a service, to connect to.
public struct Endpoint: Hashable, Sendable {
    /// An address, or the name of a host outside Consul that still has to be resolved.
    public var host: Host

    /// The port; 0 for a service that was registered without one.
    public var port: UInt16

    /// The SRV priority; lower is tried first (RFC 2782). Consul always returns 1.
    public var priority: UInt16

    /// The share of connections among endpoints of one priority (RFC 2782); 0 for almost none.
    public var weight: UInt16

    /// The Consul node that the instance runs on, if it is known.
    public var node: String?

    @usableFromInline var box: ExtrasBox?

    /// Further properties of the instance; `nil` when the answer came over DNS.
    public var details: Details? {
        get { box?.extras.details }
        set { extras.details = newValue }
    }

    /// The result of probing the instance itself; `nil` when it was not probed, or not often enough to tell.
    public var probe: ProbeVerdict? {
        get { box?.extras.probe }
        set { extras.probe = newValue }
    }

    private var extras: Extras {
        get { box?.extras ?? Extras() }
        set { box = newValue.isEmpty ? nil : ExtrasBox(newValue) }
    }

    /// Creates an endpoint.
    @inlinable
    public init(host: Host, port: UInt16, priority: UInt16 = 1, weight: UInt16 = 1, node: String? = nil) {
        self.host = host
        self.port = port
        self.priority = priority
        self.weight = weight
        self.node = node
    }

    /// The host and the port alone, which identify an endpoint.
    @inlinable
    public var hostPort: HostPort { HostPort(host: host, port: port) }

    /// `host:port` as in URLs, with an IPv6 address in brackets.
    public var authority: String { hostPort.description }
}

extension Endpoint: CustomStringConvertible {
    /// The authority.
    public var description: String { authority }
}
