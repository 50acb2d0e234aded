// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// A list of endpoints in which each host and port occurs once.
///
/// Consul lists the same address twice when it is registered on two nodes; keeping both would double its share of the
/// load.
struct EndpointMerger {
    private(set) var endpoints: [Endpoint] = []
    private var indices: [HostPort: Int] = [:]

    init(capacity: Int) {
        endpoints.reserveCapacity(capacity)
        indices.reserveCapacity(capacity)
    }

    mutating func add(_ endpoint: Endpoint) {
        let key = HostPort(host: endpoint.host.lowercased, port: endpoint.port)
        if let index = indices[key] {
            endpoints[index].merge(endpoint)
        } else {
            indices[key] = endpoints.count
            endpoints.append(endpoint)
        }
    }
}

extension Host {
    /// The host with its name in lower case: names are case-insensitive (RFC 4343).
    fileprivate var lowercased: Host {
        if case .name(let name) = self { .name(name.lowercased()) } else { self }
    }
}

extension Endpoint {
    /// Merges another record for the same host and port into this endpoint. The result does not depend on the order of
    /// the records: it has the better priority with its weight, the larger weight if the priorities are equal, and the
    /// lexicographically smaller node name.
    fileprivate mutating func merge(_ other: Endpoint) {
        if other.priority < priority {
            (priority, weight) = (other.priority, other.weight)
        } else if other.priority == priority {
            weight = max(weight, other.weight)
        }
        if let node, let otherNode = other.node {
            self.node = min(node, otherNode)
        } else {
            node = node ?? other.node
        }
    }
}
