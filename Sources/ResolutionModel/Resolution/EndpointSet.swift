// SPDX-License-Identifier: Apache-2.0

package import LoadBalancing
import NetworkAddress

/// Compares lists of endpoints as sets: DNS returns them in another order every time.
package enum EndpointSet {
    /// True if a list has the same endpoints as another one, and adds no property to them.
    ///
    /// All properties of an endpoint count, because picks may depend on them: a locality is found by the node, the
    /// datacenter or the metadata. A property that only the old list has is not news: DNS has neither details nor, for
    /// most instances, nodes, and a service has not changed because the same answer came from the other source. A
    /// property that only the new list has is news.
    package static func adds(_ new: [Endpoint], nothingTo old: [Endpoint]) -> Bool {
        guard old.count == new.count else { return false }
        var byTarget: [HostPort: Endpoint] = [:]
        byTarget.reserveCapacity(old.count)
        for endpoint in old { byTarget[endpoint.hostPort] = endpoint }
        return new.allSatisfy { endpoint in
            byTarget[endpoint.hostPort].map { adds(endpoint, nothingTo: $0) } ?? false
        }
    }

    /// True if two lists have their endpoints in the same order.
    package static func areInOneOrder(_ old: [Endpoint], _ new: [Endpoint]) -> Bool {
        old.count == new.count && zip(old, new).allSatisfy { $0.hostPort == $1.hostPort }
    }

    private static func adds(_ new: Endpoint, nothingTo old: Endpoint) -> Bool {
        old.priority == new.priority && old.weight == new.weight && isKnown(new.node, as: old.node)
            && isKnown(new.details, as: old.details)
    }

    private static func isKnown<Value: Equatable>(_ new: Value?, as old: Value?) -> Bool {
        new == nil || new == old
    }
}
