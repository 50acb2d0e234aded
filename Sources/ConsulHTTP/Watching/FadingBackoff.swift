// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// An upper bound of the pause after a failure. It doubles with each failure and decays slowly. A pure value.
///
/// One success proves little while every other request fails. Therefore a success by itself does not change the pause:
/// each ``halfLife`` without a failure halves the next pause.
struct FadingBackoff: Sendable {
    typealias Instant = Moment

    private let backoff: Backoff
    /// The time without failures after which the next pause is halved.
    let halfLife: Duration
    /// The number of failures that cause no pause.
    var grace = 0

    /// The number of failures that have not decayed yet.
    private(set) var level = 0
    /// The time since which requests succeed; `nil` after a failure.
    private var wellSince: Instant?

    init(initial: Duration, maximum: Duration, halfLife: Duration, grace: Int = 0) {
        backoff = Backoff(initial: initial.bounded, maximum: maximum.bounded)
        self.halfLife = max(halfLife.bounded, .milliseconds(1))
        self.grace = grace
    }

    /// Records a success. Only the first one after a failure counts.
    mutating func relief(at now: Instant) {
        if wellSince == nil { wellSince = now }
    }

    /// Records a failure and returns the upper bound of the pause after it.
    mutating func trouble(at now: Instant) -> Duration {
        if let wellSince {
            let halves = max(wellSince.duration(to: now) / halfLife, 0)
            level -= min(level, Int(min(halves, 64)))
        }
        wellSince = nil
        // After 16 doublings every realistic maximum has been reached. A higher level would only take longer to decay.
        level = min(level + 1, grace + 17)
        return level > grace ? backoff.pause(after: level - grace) : .zero
    }
}
