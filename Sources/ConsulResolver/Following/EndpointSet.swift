// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Compares endpoints as sets: DNS gives them in another order every time.
enum EndpointSet {
    /// Whether two lists hold the same endpoints.
    ///
    /// What only one of them knows is no difference: DNS tells neither details nor, for most instances, nodes, and a
    /// service is not another one because the same answer came the other way.
    static func areEqual(_ old: [Endpoint], _ new: [Endpoint]) -> Bool {
        guard old.count == new.count else { return false }
        var byTarget: [HostPort: Endpoint] = [:]
        byTarget.reserveCapacity(old.count)
        for endpoint in old { byTarget[endpoint.hostPort] = endpoint }
        return new.allSatisfy { endpoint in
            byTarget[endpoint.hostPort].map { areEqual($0, endpoint) } ?? false
        }
    }

    private static func areEqual(_ old: Endpoint, _ new: Endpoint) -> Bool {
        guard old.priority == new.priority, old.weight == new.weight else { return false }
        guard let oldDetails = old.details, let newDetails = new.details else { return true }
        return oldDetails == newDetails && old.node == new.node
    }
}
