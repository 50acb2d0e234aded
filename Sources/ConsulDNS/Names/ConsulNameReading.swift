// SPDX-License-Identifier: Apache-2.0

package import DNSWire
import NetworkAddress

/// The meaning of a name in Consul's domain by the rules of Consul's DNS server; the inverse of ``ConsulName``.
package struct ConsulNameReading: Hashable, Sendable {
    /// The subject of a name.
    package enum Subject: Hashable, Sendable {
        /// The instances of a service, only those with the tag if there is one.
        case service(String, tag: String?)
        /// The instances of a service that take part in the mesh.
        case connect(String)
        /// The ingress gateways of a service.
        case ingress(String)
        /// The result of a prepared query, by its name or ID.
        case preparedQuery(String)
        /// A node.
        case node(String)
        /// Any other subject: an address encoded as a name, a virtual address, a newer kind.
        case other
    }

    /// The subject.
    package let subject: Subject

    /// The locality in which it is looked up.
    package let locality: ConsulLocality

    /// Parses a name.
    ///
    /// - Parameters:
    ///   - name: A name within the domain.
    ///   - domain: The agent's domain.
    /// - Returns: `nil` for a name with which Consul finds no data.
    package init?(_ name: DomainName, domain: DomainName) {
        guard name.isSubdomain(of: domain) else { return nil }
        var labels: [String] = []
        for label in name.labels.dropLast(domain.labels.count) {
            // Consul lowercases the question.
            let text = String(decoding: label, as: UTF8.self).lowercased()
            guard (try? LabelRules.label(text, of: .service)) != nil else { return nil }
            labels.append(text)
        }
        guard let index = labels.lastIndex(where: LabelRules.isKeyword), index > 0,
            let locality = ConsulLocality(labels: labels[(index + 1)...])
        else { return nil }
        self.locality = locality
        let parts = labels[..<index]
        let last = parts.last ?? ""
        switch labels[index] {
        case "service": subject = Self.service(parts)
        case "connect": subject = .connect(last)
        case "ingress": subject = .ingress(last)
        case "query": subject = .preparedQuery(Self.query(parts))
        case "node": subject = .node(parts.joined(separator: "."))
        case "addr":
            let label = Array(last.utf8)
            guard index == 1, IPAddress(addressLabel: label.span) != nil else { return nil }
            subject = .other
        default: subject = .other
        }
    }

    /// Parses `tag.name`, where the tag may contain dots, or `_name._tag` (RFC 2782).
    private static func service(_ parts: ArraySlice<String>) -> Subject {
        let (first, last) = (parts.first ?? "", parts.last ?? "")
        guard parts.count == 2, first.hasPrefix("_"), last.hasPrefix("_") else {
            return .service(last, tag: parts.count > 1 ? parts.dropLast().joined(separator: ".") : nil)
        }
        return .service(String(first.dropFirst()), tag: last == "_tcp" ? nil : String(last.dropFirst()))
    }

    /// Parses a prepared query: all labels, or `_name._tcp` (RFC 2782) since Consul 1.14.
    private static func query(_ parts: ArraySlice<String>) -> String {
        guard parts.count > 1, parts.first?.hasPrefix("_") == true, parts.last?.hasPrefix("_") == true else {
            return parts.joined(separator: ".")
        }
        return String(parts.dropLast().joined(separator: ".").dropFirst())
    }
}

extension ConsulLocality {
    /// Parses the labels right of the keyword: none, a datacenter, or pairs of a name and its kind.
    ///
    /// - Returns: `nil` for labels that Consul does not understand.
    fileprivate init?(labels: ArraySlice<String>) {
        self.init()
        if labels.count < 2 {
            datacenter = labels.first
            return
        }
        guard labels.count.isMultiple(of: 2) else { return nil }
        for index in stride(from: labels.startIndex, to: labels.endIndex, by: 2) {
            let name = labels[index]
            switch labels[index + 1] {
            case "dc": (datacenter, datacenterForm) = (name, .explicit)
            case "ns": namespace = name
            case "ap": partition = name
            case "peer": peer = name
            case "sg": samenessGroup = name
            default: return nil
            }
        }
    }
}
