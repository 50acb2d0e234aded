// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The result of a pick. It has four members of a word at most, so that it is returned in registers.
struct PickResult {
    /// The chosen endpoint. It is counted as in use, and stays counted until ``EndpointRecord/giveBack(_:in:)``. `nil` if
    /// this kind of pick made no choice, so that the caller has to use another kind.
    let record: UncountedReference<EndpointRecord>?
    /// The start of the lease; the distant past if the time is not measured.
    let startedAt: Moment
    /// The stripe in which the lease is counted.
    let stripe: UInt8
    let flags: Lease.Flags

    @inline(__always)
    init(begun record: EndpointRecord, startedAt: Moment, stripe: Int, flags: Lease.Flags) {
        self.record = UncountedReference(record)
        self.startedAt = startedAt
        self.stripe = UInt8(truncatingIfNeeded: stripe)
        self.flags = flags
    }

    private init() {
        record = nil
        startedAt = .distantPast
        stripe = 0
        flags = []
    }

    /// A result without an endpoint. Computed, so that a pick has no lazy initialization to check.
    static var none: PickResult { PickResult() }
}
