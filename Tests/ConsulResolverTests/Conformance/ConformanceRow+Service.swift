// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulResolver

@testable import ResolutionModel
@testable import TestSupport

extension ConformanceRow {
    /// The queried service name, which the library builds from its parts; `nil` for rows that do not query a service.
    var serviceName: ConsulName? {
        guard query.type == "SRV", let name = query.name else { return nil }
        let domain = agentConfiguration["alt_domain"]?.string ?? agentConfiguration["domain"]?.string ?? "consul"
        guard name.lowercased().hasSuffix("." + domain), let zone = try? DomainName(domain) else { return nil }
        let labels = name.dropLast(domain.count + 1).split(separator: ".").map(String.init)
        if labels[0].hasPrefix("_"), labels[1].hasPrefix("_"), !labels.contains("query") {
            let place = Self.locality(labels.dropFirst(2).filter { $0 != "service" })
            return try? .rfc2782Service(
                String(labels[0].dropFirst()),
                tag: String(labels[1].dropFirst()),
                in: place,
                domain: zone
            )
        }
        guard let keyword = labels.firstIndex(where: { $0.lowercased() == "service" }), keyword > 0 else { return nil }
        let tag = labels[..<(keyword - 1)].joined(separator: ".")
        let place = Self.locality(Array(labels[(keyword + 1)...]))
        return try? .service(labels[keyword - 1], tag: tag.isEmpty ? nil : tag, in: place, domain: zone)
    }

    /// The same as a request, which can go over DNS and over HTTP.
    var serviceRequest: ServiceRequest? {
        guard let name = serviceName else { return nil }
        let labels = name.domainName.labels.map { String(decoding: $0, as: UTF8.self) }
        if labels[0].hasPrefix("_"), labels[1].hasPrefix("_") {
            let tag = String(labels[1].dropFirst())
            let place = Self.locality(labels.dropFirst(3).dropLast())
            return ServiceRequest(String(labels[0].dropFirst()), tags: tag == "tcp" ? [] : [tag], in: place)
        }
        guard let keyword = labels.firstIndex(where: { $0.lowercased() == "service" }), keyword > 0 else { return nil }
        let tag = labels[..<(keyword - 1)].joined(separator: ".")
        let place = Self.locality(labels[(keyword + 1)...].dropLast())
        return ServiceRequest(labels[keyword - 1], tags: tag.isEmpty ? [] : [tag], in: place)
    }

    private static func locality(_ labels: ArraySlice<String>) -> ConsulLocality { locality(Array(labels)) }

    private static func locality(_ labels: [String]) -> ConsulLocality {
        if labels.isEmpty { return .local }
        if labels.count > 1, labels[1] == "ns" { return ConsulLocality(namespace: labels[0]) }
        var locality = ConsulLocality.datacenter(labels[0])
        locality.datacenterForm = labels.count > 1 ? .explicit : .classic
        return locality
    }

    /// The endpoints that a resolver has to find, derived from the registrations alone.
    ///
    /// Rows with an answer register only the queried service, so names are not compared; tags are.
    var registeredEndpoints: [String] {
        guard expect.rcode == "NOERROR" else { return [] }
        let endpoints = register.flatMap { registration in
            (0..<(registration.repeat ?? 1)).compactMap { index in
                Self.endpoint(registration.body, instance: index, tag: tag)
            }
        }
        return Set(endpoints).sorted()
    }

    /// The tag in the query, in lower case.
    private var tag: String? {
        let labels = (query.name ?? "").lowercased().split(separator: ".").map(String.init)
        if labels[0].hasPrefix("_") { return labels[1] == "_tcp" ? nil : String(labels[1].dropFirst()) }
        let prefix = labels.prefix { $0 != "service" }.dropLast()
        return prefix.isEmpty ? nil : prefix.joined(separator: ".")
    }

    /// `address:port weight`; `nil` for an instance that must not be found.
    private static func endpoint(_ body: JSONObject, instance: Int, tag: String?) -> String? {
        guard let service = body["Service"]?.object, let port = service["Port"]?.integer else { return nil }
        let checks = (body["Checks"]?.array ?? [body["Check"]].compactMap { $0 }).compactMap {
            $0.object?["Status"]?.string
        }
        guard !checks.contains("critical") else { return nil }
        if let tag {
            let tags = service["Tags"]?.array?.compactMap { $0.string?.lowercased() } ?? []
            guard tags.contains(tag) else { return nil }
        }
        let ownName = (service["Service"]?.string ?? "") + ".service.consul"
        let own = service["Address"]?.string.flatMap { $0 == ownName ? nil : $0 }
        let tagged = body["TaggedAddresses"]?.object
        let text = (own ?? tagged?["lan_ipv6"]?.string ?? tagged?["lan_ipv4"]?.string ?? body["Address"]?.string ?? "")
            .replacing("{ip}", with: ConsulAgent.instanceAddress(instance))
        guard let host = Host(text) else { return nil }
        let weights = service["Weights"]?.object
        let weight = weights?[checks.contains("warning") ? "Warning" : "Passing"]?.integer ?? 1
        let unmapped: Host = if case .address(let address) = host { .address(address.unmapped) } else { host }
        return "\(HostPort(host: unmapped, port: UInt16(port))) \(weight)"
    }
}
