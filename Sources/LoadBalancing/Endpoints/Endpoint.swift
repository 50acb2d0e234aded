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

extension Endpoint {
    /// Properties that most endpoints lack, in one place, so that an endpoint does not grow by what is rare.
    struct Extras: Hashable, Sendable {
        var details: Details?
        var probe: ProbeVerdict?

        var isEmpty: Bool { details == nil && probe == nil }
    }

    /// Extras behind a reference: endpoints are copied with every answer, and most have no extras.
    @usableFromInline
    final class ExtrasBox: Sendable {
        let extras: Extras

        init(_ extras: Extras) { self.extras = extras }
    }
}

extension Endpoint.ExtrasBox: Hashable {
    @usableFromInline
    static func == (left: Endpoint.ExtrasBox, right: Endpoint.ExtrasBox) -> Bool {
        left === right || left.extras == right.extras
    }

    @usableFromInline
    func hash(into hasher: inout Hasher) { hasher.combine(extras) }
}

extension Endpoint {
    /// True unless Consul or a probe says that the endpoint is down.
    package var isListedAsHealthy: Bool { details?.status != .critical && probe != .down }

    /// True if this entry counts and not the other one for the same host and port, whatever order they come in.
    ///
    /// The healthy one counts, because a server answers there: an instance that has moved to another node may leave a
    /// critical entry behind. Then the better priority, then the greater weight; the rest only makes the result always
    /// the same.
    func takesPrecedence(over other: Endpoint) -> Bool {
        if isListedAsHealthy != other.isListedAsHealthy { return isListedAsHealthy }
        if priority != other.priority { return priority < other.priority }
        if weight != other.weight { return weight > other.weight }
        let (status, otherStatus) = (details?.status ?? .passing, other.details?.status ?? .passing)
        if status != otherStatus { return status.rank < otherStatus.rank }
        if probe != other.probe { return probe == .up || other.probe == .down }
        return name.lexicographicallyPrecedes(other.name)
    }

    /// The properties that identify an instance in Consul.
    private var name: [String] { [node ?? "", details?.datacenter ?? "", details?.id ?? ""] }
}

/// The result of probing an instance itself. There is no third case: an endpoint without enough probes has no verdict.
public enum ProbeVerdict: String, Hashable, Sendable, CaseIterable {
    /// The instance answers as it should.
    case up
    /// The instance has failed to answer, several times in a row.
    case down
}
