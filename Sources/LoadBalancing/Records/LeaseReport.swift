// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The result of a lease, as the record of its endpoint receives it.
struct LeaseReport {
    var outcome: Outcome
    /// The start of the lease; the distant past where no time is measured.
    var startedAt: Moment
    /// The moment of the first byte, if that ends the measurement, and the distant past otherwise.
    var answeredAt: Moment
    /// True if the time says anything about the endpoint.
    var countsLatency: Bool
    /// The life of the endpoint in which the lease began (``EndpointCounters/life``).
    var life: UInt32
    /// True if the lease had to show whether an ejected endpoint has recovered.
    var isProbe: Bool
    /// True if the endpoint had been unused for long.
    var isExploration: Bool

    var isTimed: Bool { startedAt != .distantPast }
}
