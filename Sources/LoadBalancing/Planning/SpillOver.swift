// SPDX-License-Identifier: Apache-2.0

/// The division of load among tiers of which the first takes all that it can: Envoy's priority load.
///
/// A tier keeps the whole load while its healthy members can carry it, that is, while they are, times
/// `overprovisioning`, no fewer than its members. A tier that cannot carry it keeps what it can and leaves the rest to
/// the next, so that losing half of a tier neither overloads the other half nor empties it.
///
/// Loads are whole percentages, as in Envoy, so that they match the table in its documentation to the last digit.
struct SpillOver: Hashable, Sendable {
    /// 1.4, as everywhere: load begins to spill when less than 71.4 % of a tier are healthy (100 / 140).
    static let defaultOverprovisioning = 1.4

    /// Returns the factor within its bounds. Below 1, a healthy tier would turn away load; above 1000, one member could
    /// carry a tier of thousands.
    static func overprovisioning(_ factor: Double) -> Double {
        factor.bounded(by: 1...1000, orIfNaN: defaultOverprovisioning)
    }

    /// The factor in percent. 1.4 is not exactly 1.4 in binary, and 5 of 7 have to be 100 %, not 99.
    private let percent: Int

    init(overprovisioning: Double = defaultOverprovisioning) {
        percent = Int((Self.overprovisioning(overprovisioning) * 100).rounded())
    }

    /// Returns the load of each tier in percent, 100 in sum; all 0 only if no tier has a member.
    func loads(of tiers: [Headcount]) -> [Int] {
        guard tiers.count > 1 else { return tiers.map { $0.total > 0 ? 100 : 0 } }
        var health = tiers.map(health)
        if !health.contains(where: { $0 > 0 }) {
            // Each tier has less than one healthy member in a hundred. Still, those few are better than the others.
            health = tiers.map { min(max($0.healthy, 0), 1) }
        }
        if !health.contains(where: { $0 > 0 }), let first = tiers.firstIndex(where: { $0.total > 0 }) {
            health[first] = 100
        }
        var left = 100
        let taken = health.map { health in
            let load = min(left, health)
            left -= load
            return load
        }
        return left == 0 ? taken : Self.percentages(of: taken)
    }

    /// Returns `min(100, overprovisioning * 100 * healthy / total)`, rounded down as Envoy does, and no more than the
    /// part that a tier has of its minimum.
    private func health(of tier: Headcount) -> Int {
        min(
            Self.quotient(of: tier.healthy, times: percent, by: tier.total),
            tier.minimum > 0 ? Self.quotient(of: tier.healthy, times: 100, by: tier.minimum) : 100
        )
    }

    private static func quotient(of count: Int, times factor: Int, by total: Int) -> Int {
        guard count > 0, total > 0 else { return 0 }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? 100 : min(100, product / total)
    }

    /// Returns shares in whole percentages that are exactly 100 in sum: each is rounded down, and what is missing goes
    /// to those that lost most, the first among equals (Hamilton's method).
    ///
    /// Envoy's documentation gives 36, 36 and 28 for tiers with a health of 35, 35 and 28, and so does this. Envoy's
    /// code gives the whole remainder to the first tier.
    static func percentages(of shares: [Int]) -> [Int] {
        let sum = shares.reduce(0, +)
        guard sum > 0 else { return shares.map { _ in 0 } }
        var percentages = shares.map { $0 * 100 / sum }
        let missing = 100 - percentages.reduce(0, +)
        let losers = shares.indices.sorted { left, right in
            let (leftLoss, rightLoss) = (shares[left] * 100 % sum, shares[right] * 100 % sum)
            return leftLoss == rightLoss ? left < right : leftLoss > rightLoss
        }
        for index in losers.prefix(missing) { percentages[index] += 1 }
        return percentages
    }
}

extension SpillOver {
    /// The inputs of a tier's load.
    struct Headcount: Hashable, Sendable {
        var total: Int
        var healthy: Int

        /// With fewer healthy members than this, a tier is short of members however small it is: it takes the part of
        /// the load that it has of the minimum. 0 for no minimum.
        var minimum: Int

        init(total: Int, healthy: Int, minimum: Int = 0) {
            self.total = total
            self.healthy = healthy
            self.minimum = minimum
        }
    }
}
