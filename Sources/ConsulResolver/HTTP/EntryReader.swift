// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import DNSWire
import LoadBalancing
import NetworkAddress

/// Makes of Consul's entries what its DNS would have made of them: the same addresses, the same weights, each host and
/// port once.
///
/// A pure value. It applies the health rule itself, so that one answer tells both which instances are healthy and, if
/// none is, that there are others.
struct EntryReader {
    let health: ServiceRequest.HealthRule
    /// The domain of Consul's DNS.
    let domain: DomainName

    /// What came out.
    struct Result {
        /// The healthy instances, in the order of the entries.
        var endpoints: [Endpoint]
        /// How many healthy instances had to be left out, for want of an address that can be used.
        var unusable: Int
    }

    func read(_ entries: [ServiceEntry]) -> Result {
        var merger = EndpointMerger(capacity: entries.count)
        var unusable = 0
        for entry in entries where entry.isHealthy(onlyPassing: health == .passing) {
            if let host = host(of: entry) {
                merger.add(endpoint(of: entry, at: host))
            } else {
                unusable += 1
            }
        }
        return Result(endpoints: merger.endpoints, unusable: unusable)
    }

    private func endpoint(of entry: ServiceEntry, at host: Host) -> Endpoint {
        var endpoint = Endpoint(
            host: host,
            port: entry.service.port,
            weight: entry.weight,
            node: entry.node.name
        )
        endpoint.details = Endpoint.Details(
            id: entry.service.id,
            tags: entry.service.tags,
            status: Endpoint.Status(entry.aggregatedStatus),
            metadata: entry.service.meta,
            nodeMetadata: entry.node.meta,
            datacenter: entry.node.datacenter.isEmpty ? nil : entry.node.datacenter
        )
        return endpoint
    }

    /// Consul's DNS answers SRV with the tagged address for IPv6, then the one for IPv4, then the plain one; the
    /// instance's before its node's. The ports of tagged addresses it ignores.
    private func host(of entry: ServiceEntry) -> Host? {
        let (service, node) = (entry.service, entry.node)
        let candidates = [
            service.taggedAddresses["lan_ipv6"]?.address, service.taggedAddresses["lan_ipv4"]?.address,
            isOwnName(service) ? nil : service.address,
            node.taggedAddresses["lan_ipv6"], node.taggedAddresses["lan_ipv4"], node.address,
        ]
        guard let text = candidates.lazy.compactMap({ $0 }).first(where: { !$0.isEmpty }) else { return nil }
        return Host(text).map { if case .address(let address) = $0 { .address(address.unmapped) } else { $0 } }
    }

    /// Whether a service is registered as being where it is looked for, which Consul takes for its node.
    private func isOwnName(_ service: ServiceEntry.Service) -> Bool {
        guard service.address.contains("."), let name = try? DomainName(service.address) else { return false }
        return name.labels.count == domain.labels.count + 2 && name.isSubdomain(of: domain)
            && name.labels[1].elementsEqual("service".utf8)
            && String(decoding: name.labels[0], as: UTF8.self).lowercased() == service.name.lowercased()
    }
}

extension Endpoint.Status {
    init(_ status: HealthStatus) {
        switch status {
        case .passing: self = .passing
        case .critical, .maintenance: self = .critical
        default: self = .warning
        }
    }
}
