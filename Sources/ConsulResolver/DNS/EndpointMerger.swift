// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Collects endpoints so that each host and port is there once.
///
/// Consul lists the same address twice when it is registered on two nodes; taking both would double its share.
struct EndpointMerger {
    private(set) var endpoints: [Endpoint] = []
    private var indices: [HostPort: Int] = [:]

    init(capacity: Int) {
        endpoints.reserveCapacity(capacity)
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
    /// The case of a name does not matter (RFC 4343).
    fileprivate var lowercased: Host {
        if case .name(let name) = self { .name(name.lowercased()) } else { self }
    }
}

extension Endpoint {
    /// Takes over what another record says about the same host and port. The result does not depend on which of them
    /// came first: the better priority with its weight, the larger weight of equal ones, the lesser node name.
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
