// SPDX-License-Identifier: Apache-2.0

public import DNSWire
public import NetworkAddress

/// A name in Consul's DNS interface, built from what it means.
///
/// Names are not put together by joining strings: a service called `v1.web` would silently become the tag `v1` of the
/// service `web`. Every part is checked; what DNS cannot carry is an error that says so, and nothing is sent.
///
/// The forms are those of Consul's DNS server, which lower-cases the question and scans it from the right for the
/// first of `service`, `connect`, `virtual`, `ingress`, `node`, `query` and `addr`; left of it stands what is asked,
/// right of it where.
public struct ConsulName: Hashable, Sendable {
    /// The complete name.
    public let domainName: DomainName

    /// - Parameter labels: Left of the domain; each has been checked by ``LabelRules``.
    init(_ labels: [String], domain: DomainName) throws(ConsulNameError) {
        var wireBytes: [UInt8] = []
        wireBytes.reserveCapacity(64)
        for label in labels {
            wireBytes.append(UInt8(truncatingIfNeeded: label.utf8.count))
            wireBytes += label.utf8
        }
        wireBytes += domain.wireBytes
        guard wireBytes.count <= 255 else {
            throw ConsulNameError(.nameTooLong, part: nil, value: labels.joined(separator: "."))
        }
        domainName = DomainName(uncheckedWireBytes: wireBytes)
    }
}

extension DomainName {
    /// `consul.`, the domain of an agent that is not configured otherwise.
    public static let consul: DomainName = {
        guard let name = try? DomainName(labels: [Array("consul".utf8)]) else { return .root }
        return name
    }()
}

extension ConsulName: CustomStringConvertible {
    /// The name with a dot at the end.
    public var description: String { domainName.description }
}

extension ConsulName {
    /// `[tag.]service.service[.where].domain`: the healthy instances of a service.
    ///
    /// - Parameters:
    ///   - service: The service. No dots: Consul would take everything before the last one for a tag.
    ///   - tag: Only instances with this tag. It may hold dots; there is no way to ask for two tags.
    ///   - locality: Where; the agent's own datacenter by default.
    ///   - domain: The agent's domain.
    public static func service(
        _ service: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        let name = try LabelRules.label(service, of: .service)
        let tags = if let tag { try LabelRules.labels(tag, of: .tag) } else { [String]() }
        // Two labels that begin with underscores are `_service._tag`, whatever was meant.
        if let tag, tags.count == 1, tag.hasPrefix("_"), name.hasPrefix("_") {
            throw ConsulNameError(.underscores, part: .tag, value: tag)
        }
        return try ConsulName(tags + [name, "service"] + locality.labels(), domain: domain)
    }

    /// `_service._tag.service[.where].domain`, the form of RFC 2782.
    ///
    /// - Parameters:
    ///   - service: The service, at most 62 bytes: the underscore counts.
    ///   - tag: Only instances with this tag. `tcp` stands for no tag at all, even where a tag has that name; `udp` is a
    ///     tag like any other.
    ///   - locality: Where; the agent's own datacenter by default.
    ///   - domain: The agent's domain.
    public static func rfc2782Service(
        _ service: String,
        tag: String = "tcp",
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        let name = try LabelRules.underscored(service, of: .service)
        let tag = try LabelRules.underscored(tag, of: .tag)
        return try ConsulName([name, tag, "service"] + locality.labels(), domain: domain)
    }

    /// `_service._tcp.service.port.port.domain`: the healthy instances of a service that have a port of this name, with that
    /// port. Consul 1.22, for SRV questions; older agents say NXDOMAIN.
    ///
    /// - Parameters:
    ///   - port: The port's name, as it is registered.
    ///   - service: The service, at most 62 bytes: the underscore counts.
    ///   - domain: The agent's domain.
    public static func namedPort(
        _ port: String,
        of service: String,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        let name = try LabelRules.underscored(service, of: .service)
        let port = try LabelRules.place(port, of: .port)
        return try ConsulName([name, "_tcp", "service", port, "port"], domain: domain)
    }

    /// `service.connect[.where].domain`: the mesh-capable instances of a service, proxies included. Consul 1.2.
    public static func connect(
        _ service: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        try ConsulName([LabelRules.label(service, of: .service), "connect"] + locality.labels(), domain: domain)
    }

    /// `service.ingress[.where].domain`: the ingress gateways of a service. Consul 1.8.
    public static func ingress(
        _ service: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        try ConsulName([LabelRules.label(service, of: .service), "ingress"] + locality.labels(), domain: domain)
    }

    /// `service.virtual[.peer].domain`: the virtual address of a mesh service. Consul 1.11; older agents say NXDOMAIN.
    ///
    /// - Parameters:
    ///   - service: The service.
    ///   - peer: The peer that exports it. This form takes the peer's name alone; see ``ConsulLocality/peer`` for the
    ///     one with a `peer` label.
    ///   - locality: Where; must be ``ConsulLocality/local`` when `peer` is given.
    ///   - domain: The agent's domain.
    public static func virtual(
        _ service: String,
        peer: String? = nil,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        let name = try LabelRules.label(service, of: .service)
        let peers = if let peer { [try LabelRules.place(peer, of: .peer)] } else { [String]() }
        return try ConsulName([name, "virtual"] + peers + locality.labels(), domain: domain)
    }

    /// `node.node[.where].domain`: a node's address, whatever its health. The node's name may hold dots.
    ///
    /// A name of two or more hexadecimal digits also matches the beginning of another node's id.
    public static func node(
        _ node: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        try ConsulName(LabelRules.labels(node, of: .node) + ["node"] + locality.labels(), domain: domain)
    }

    /// `name-or-id.query[.where].domain`: what a prepared query finds. The name may hold dots.
    public static func preparedQuery(
        _ nameOrID: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        try ConsulName(LabelRules.labels(nameOrID, of: .query) + ["query"] + locality.labels(), domain: domain)
    }

    /// `_name._tcp.query[.where].domain`: a prepared query in the form of RFC 2782. Consul 1.14.
    public static func rfc2782PreparedQuery(
        _ name: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        let name = try LabelRules.underscored(name, of: .query)
        return try ConsulName([name, "_tcp", "query"] + locality.labels(), domain: domain)
    }

    /// `hex.addr[.where].domain`: an address spelled as a name. Consul computes the answer; see ``AddressLabel`` for
    /// reading it without asking.
    public static func address(
        _ address: IPAddress,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        try ConsulName([AddressLabel.text(of: address), "addr"] + locality.labels(), domain: domain)
    }
}
