// SPDX-License-Identifier: Apache-2.0

public import DNSWire
package import NetworkAddress

/// A name in Consul's DNS interface, built from its parts.
///
/// Names are not built by joining strings: a service called `v1.web` would silently become the tag `v1` of the service
/// `web`. Every part is checked. A part that DNS cannot carry throws a descriptive error, and no query is sent.
///
/// The forms are those of Consul's DNS server, which lowercases the question and scans it from the right for the first
/// of `service`, `connect`, `virtual`, `ingress`, `node`, `query` and `addr`; the subject stands left of it, the
/// locality right of it.
public struct ConsulName: Hashable, Sendable {
    /// The complete name.
    public let domainName: DomainName

    /// - Parameter labels: The labels left of the domain, each checked by `LabelRules`.
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
    /// `[tag.]service.service[.locality].domain`: the healthy instances of a service.
    ///
    /// - Parameters:
    ///   - service: The service. No dots: Consul would take all text before the last one for a tag.
    ///   - tag: The tag of the instances. It may contain dots; Consul's DNS cannot filter by two tags.
    ///   - locality: The locality; the agent's own datacenter by default.
    ///   - domain: The agent's domain.
    public static func service(
        _ service: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        let name = try LabelRules.label(service, of: .service)
        let tags = if let tag { try LabelRules.labels(tag, of: .tag) } else { [String]() }
        // Consul reads two labels that begin with underscores as `_service._tag`, whatever was meant.
        if let tag, tags.count == 1, tag.hasPrefix("_"), name.hasPrefix("_") {
            throw ConsulNameError(.underscores, part: .tag, value: tag)
        }
        return try ConsulName(tags + [name, "service"] + locality.labels(), domain: domain)
    }

    /// `_service._tag.service[.locality].domain`, the form of RFC 2782.
    ///
    /// - Parameters:
    ///   - service: The service, at most 62 bytes: the underscore counts.
    ///   - tag: The tag of the instances. `tcp` stands for no tag at all, even where a tag has that name; `udp` is a
    ///     tag like any other.
    ///   - locality: The locality; the agent's own datacenter by default.
    ///   - domain: The agent's domain.
    package static func rfc2782Service(
        _ service: String,
        tag: String = "tcp",
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        let name = try LabelRules.underscored(service, of: .service)
        let tag = try LabelRules.underscored(tag, of: .tag)
        return try ConsulName([name, tag, "service"] + locality.labels(), domain: domain)
    }

    /// `_service._tcp.service.port.port.domain`: the healthy instances of a service that have a port of this name, with
    /// that port. Consul 1.22, for SRV queries; older agents return NXDOMAIN.
    ///
    /// - Parameters:
    ///   - port: The registered name of the port.
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

    /// `service.connect[.locality].domain`: the mesh-capable instances of a service, proxies included. Consul 1.2.
    public static func connect(
        _ service: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        try ConsulName([LabelRules.label(service, of: .service), "connect"] + locality.labels(), domain: domain)
    }

    /// `service.ingress[.locality].domain`: the ingress gateways of a service. Consul 1.8.
    public static func ingress(
        _ service: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        try ConsulName([LabelRules.label(service, of: .service), "ingress"] + locality.labels(), domain: domain)
    }

    /// `service.virtual[.peer].domain`: the virtual address of a mesh service. Consul 1.11; older agents return
    /// NXDOMAIN.
    ///
    /// - Parameters:
    ///   - service: The service.
    ///   - peer: The peer that exports it. This form contains the peer's name alone; see ``ConsulLocality/peer`` for
    ///     the form with a `peer` label.
    ///   - locality: The locality; must be ``ConsulLocality/local`` if `peer` is set.
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

    /// `node.node[.locality].domain`: a node's address, whatever its health. The node's name may contain dots.
    ///
    /// A name of two or more hexadecimal digits also matches the beginning of another node's id.
    public static func node(
        _ node: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        try ConsulName(LabelRules.labels(node, of: .node) + ["node"] + locality.labels(), domain: domain)
    }

    /// `name-or-id.query[.locality].domain`: the result of a prepared query. The name may contain dots.
    public static func preparedQuery(
        _ nameOrID: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        let labels = try LabelRules.labels(nameOrID, of: .query)
        // Consul 1.14 and later read `_geo._tcp` as the prepared query "geo", whatever was meant.
        if labels.count > 1, nameOrID.hasPrefix("_"), labels.last?.hasPrefix("_") == true {
            throw ConsulNameError(.underscores, part: .query, value: nameOrID)
        }
        return try ConsulName(labels + ["query"] + locality.labels(), domain: domain)
    }

    /// `_name._tcp.query[.locality].domain`: a prepared query in the form of RFC 2782. Consul 1.14.
    package static func rfc2782PreparedQuery(
        _ name: String,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        let name = try LabelRules.underscored(name, of: .query)
        return try ConsulName([name, "_tcp", "query"] + locality.labels(), domain: domain)
    }

    /// `hex.addr[.locality].domain`: an address encoded as a name. Consul computes the answer.
    package static func address(
        _ address: IPAddress,
        in locality: ConsulLocality = .local,
        domain: DomainName = .consul
    ) throws(ConsulNameError) -> ConsulName {
        try ConsulName([address.addressLabel, "addr"] + locality.labels(), domain: domain)
    }
}
