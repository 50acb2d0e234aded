// SPDX-License-Identifier: Apache-2.0

/// How a lease went.
struct LeaseReport {
    var outcome: Outcome
    /// When it began; the distant past where no time is measured.
    var startedAt: Moment
    /// When the first byte came, if that is what counts, and the distant past otherwise.
    var answeredAt: Moment
    /// Whether the time says anything about the endpoint.
    var countsLatency: Bool
    /// In which life of the endpoint it began (``LoadCell/life``).
    var life: UInt32
    /// Whether it was to find out if an ejected endpoint is well again.
    var isProbe: Bool
    /// Whether nobody had used the endpoint for long.
    var isExploration: Bool

    var isTimed: Bool { startedAt != .distantPast }
}
