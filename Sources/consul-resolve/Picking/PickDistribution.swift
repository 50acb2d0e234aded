// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// How picks were distributed over endpoints, and how the weights would have them distributed. A pure value.
struct PickDistribution {
    /// What one endpoint got.
    struct Part {
        let endpoint: Endpoint
        let picks: Int
        /// How many its weight demands, which is seldom a whole number.
        let expected: Double

        /// By how many picks it got more than that.
        var deviation: Double { Double(picks) - expected }
    }

    /// In the order in which the endpoints were given, those without a pick included.
    let parts: [Part]
    /// How many there were altogether.
    let picks: Int

    init(of endpoints: [Endpoint], picks: [HostPort: Int]) {
        let total = endpoints.reduce(0) { $0 + (picks[$1.hostPort] ?? 0) }
        parts = zip(endpoints, Self.shares(of: endpoints)).map { endpoint, share in
            Part(endpoint: endpoint, picks: picks[endpoint.hostPort] ?? 0, expected: share * Double(total))
        }
        self.picks = total
    }

    /// What RFC 2782 demands: those of the lowest priority share by weight, and evenly if none of them has one.
    private static func shares(of endpoints: [Endpoint]) -> [Double] {
        let first = endpoints.map(\.priority).min()
        let preferred = endpoints.filter { $0.priority == first }
        let total = preferred.reduce(0) { $0 + Int($1.weight) }
        return endpoints.map { endpoint in
            guard endpoint.priority == first else { return 0 }
            return total > 0 ? Double(endpoint.weight) / Double(total) : 1 / Double(preferred.count)
        }
    }

    /// A number of picks as a part of all.
    func share(_ picks: Double) -> Double { self.picks > 0 ? picks / Double(self.picks) : 0 }

    /// Whose share is the furthest from its weight, the first of several; `nil` without endpoints.
    var furthest: Part? {
        parts.max { abs($0.deviation) < abs($1.deviation) }
    }
}
