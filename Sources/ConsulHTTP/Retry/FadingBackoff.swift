// SPDX-License-Identifier: Apache-2.0

/// The longest pause after a trouble: it doubles with each one, and is forgotten slowly. A pure value.
///
/// One success proves little where every other request fails. So a success undoes nothing by itself: each ``halfLife``
/// without trouble halves the pause of the next one.
struct FadingBackoff: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// The first pause.
    let initial: Duration
    /// Where the doubling ends.
    let maximum: Duration
    /// How long all has to be well for the next pause to be half as long.
    let halfLife: Duration
    /// Troubles that cost no pause.
    var grace = 0

    /// Troubles that are not forgotten yet.
    private(set) var level = 0
    /// Since when all is well.
    private var wellSince: Instant?

    init(initial: Duration, maximum: Duration, halfLife: Duration, grace: Int = 0) {
        self.initial = initial.bounded
        self.maximum = maximum.bounded
        self.halfLife = max(halfLife.bounded, .milliseconds(1))
        self.grace = grace
    }

    /// All is well. Only the first time after a trouble counts.
    mutating func relief(at now: Instant) {
        if wellSince == nil { wellSince = now }
    }

    /// Takes note of a trouble and returns the longest pause after it.
    mutating func trouble(at now: Instant) -> Duration {
        if let wellSince {
            let halves = max(wellSince.duration(to: now) / halfLife, 0)
            level -= min(level, Int(min(halves, 64)))
        }
        wellSince = nil
        // Beyond 16 doublings any sensible limit has been reached, and a shift can no longer overflow.
        level = min(level + 1, grace + 17)
        guard level > grace else { return .zero }
        return min(maximum, min(initial, maximum) * (1 << (level - grace - 1)))
    }
}
