// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// The distribution of picks over endpoints, beside the one that the weights demand. A pure value.
struct PickDistribution {
    /// The share of one endpoint.
    struct Part {
        let endpoint: Endpoint
        let picks: Int
        /// The number of picks that its weight demands, which is seldom whole.
        let expected: Double

        /// The number of picks above the expected number; negative below it.
        var deviation: Double { Double(picks) - expected }
    }

    /// The shares in the order of the given endpoints, those without a pick included.
    let parts: [Part]
    /// The total number of picks.
    let picks: Int

    init(of endpoints: [Endpoint], picks: [HostPort: Int]) {
        let total = endpoints.reduce(0) { $0 + (picks[$1.hostPort] ?? 0) }
        parts = zip(endpoints, Self.shares(of: endpoints)).map { endpoint, share in
            Part(endpoint: endpoint, picks: picks[endpoint.hostPort] ?? 0, expected: share * Double(total))
        }
        self.picks = total
    }

    /// Returns the shares that RFC 2782 demands: endpoints of the lowest priority value share by weight, and evenly if
    /// none of them has a weight.
    private static func shares(of endpoints: [Endpoint]) -> [Double] {
        let first = endpoints.map(\.priority).min()
        let preferred = endpoints.filter { $0.priority == first }
        let total = preferred.reduce(0) { $0 + Int($1.weight) }
        return endpoints.map { endpoint in
            guard endpoint.priority == first else { return 0 }
            return total > 0 ? Double(endpoint.weight) / Double(total) : 1 / Double(preferred.count)
        }
    }

    /// Returns a number of picks as a fraction of all.
    func share(_ picks: Double) -> Double { self.picks > 0 ? picks / Double(self.picks) : 0 }

    /// The part that deviates most from its weight, the first of several; `nil` without endpoints.
    var furthest: Part? {
        parts.max { abs($0.deviation) < abs($1.deviation) }
    }
}
