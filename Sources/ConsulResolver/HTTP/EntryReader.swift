// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import LoadBalancing
import NetworkAddress

/// Makes of Consul's entries what its DNS would have made of them: the same addresses, the same weights, each host and
/// port once.
///
/// A pure value. It applies the health rule itself, so that one answer tells both which instances are healthy and, if
/// none is, that there are others.
struct EntryReader {
    let health: ServiceRequest.HealthRule

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
            if let host = EntryReader.host(of: entry) {
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
    private static func host(of entry: ServiceEntry) -> Host? {
        let (service, node) = (entry.service, entry.node)
        let candidates = [
            service.taggedAddresses["lan_ipv6"]?.address, service.taggedAddresses["lan_ipv4"]?.address,
            service.address, node.taggedAddresses["lan_ipv6"], node.taggedAddresses["lan_ipv4"], node.address,
        ]
        guard let text = candidates.lazy.compactMap({ $0 }).first(where: { !$0.isEmpty }) else { return nil }
        return Host(text)
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
