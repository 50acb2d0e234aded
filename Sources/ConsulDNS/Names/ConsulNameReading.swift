// SPDX-License-Identifier: Apache-2.0

package import DNSWire

/// What a name in Consul's domain stands for, by the rules of Consul's DNS server: what ``ConsulName`` writes, read.
package struct ConsulNameReading: Hashable, Sendable {
    /// What is named.
    package enum Subject: Hashable, Sendable {
        /// The instances of a service, those with a tag if there is one.
        case service(String, tag: String?)
        /// The instances of a service that take part in the mesh.
        case connect(String)
        /// The ingress gateways of a service.
        case ingress(String)
        /// What a prepared query finds, by its name or id.
        case preparedQuery(String)
        /// A node.
        case node(String)
        /// Anything else: an address spelled as a name, a virtual address, something newer than this code.
        case other
    }

    /// What is named.
    package let subject: Subject

    /// Where it is looked for.
    package let locality: ConsulLocality

    /// Reads a name.
    ///
    /// - Parameters:
    ///   - name: A name within the domain.
    ///   - domain: The agent's domain.
    /// - Returns: `nil` for a name that Consul cannot find anything by.
    package init?(_ name: DomainName, domain: DomainName) {
        guard name.isSubdomain(of: domain) else { return nil }
        var labels: [String] = []
        for label in name.labels.dropLast(domain.labels.count) {
            // Consul lowers the case of a question.
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
            guard index == 1, AddressLabel.address(of: label.span) != nil else { return nil }
            subject = .other
        default: subject = .other
        }
    }

    /// `tag.name`, where the tag may hold dots, or `_name._tag` (RFC 2782).
    private static func service(_ parts: ArraySlice<String>) -> Subject {
        let (first, last) = (parts.first ?? "", parts.last ?? "")
        guard parts.count == 2, first.hasPrefix("_"), last.hasPrefix("_") else {
            return .service(last, tag: parts.count > 1 ? parts.dropLast().joined(separator: ".") : nil)
        }
        return .service(String(first.dropFirst()), tag: last == "_tcp" ? nil : String(last.dropFirst()))
    }

    /// The whole of it, or `_name._tcp` (RFC 2782) since Consul 1.14.
    private static func query(_ parts: ArraySlice<String>) -> String {
        guard parts.count > 1, parts.first?.hasPrefix("_") == true, parts.last?.hasPrefix("_") == true else {
            return parts.joined(separator: ".")
        }
        return String(parts.dropLast().joined(separator: ".").dropFirst())
    }
}

extension ConsulLocality {
    /// Reads the labels right of the keyword: none, a datacenter, or pairs of a name and its kind.
    ///
    /// - Returns: `nil` for what Consul does not understand.
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
