// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Compares endpoints as sets: DNS gives them in another order every time.
enum EndpointSet {
    /// Whether a list adds nothing to another one of the same endpoints.
    ///
    /// Everything that is known of an endpoint counts, because picks may depend on it: a place by its node, its datacenter
    /// or its metadata. What only the old list knows is no news: DNS tells neither details nor, for most instances, nodes, and
    /// a service has not changed because the same answer came the other way. What only the new list knows is news.
    static func adds(_ new: [Endpoint], nothingTo old: [Endpoint]) -> Bool {
        guard old.count == new.count else { return false }
        var byTarget: [HostPort: Endpoint] = [:]
        byTarget.reserveCapacity(old.count)
        for endpoint in old { byTarget[endpoint.hostPort] = endpoint }
        return new.allSatisfy { endpoint in
            byTarget[endpoint.hostPort].map { adds(endpoint, nothingTo: $0) } ?? false
        }
    }

    /// Whether two lists have their endpoints in the same order.
    static func areInOneOrder(_ old: [Endpoint], _ new: [Endpoint]) -> Bool {
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
