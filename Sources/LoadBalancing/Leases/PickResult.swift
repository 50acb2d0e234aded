// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The result of a pick. Three words in size, so that it is returned in registers.
struct PickResult {
    /// The chosen endpoint. It is counted as in use, and stays counted until ``EndpointRecord/giveBack(_:)``. `nil` if
    /// this kind of pick made no choice, so that the caller has to use another kind.
    let record: UncountedReference<EndpointRecord>?
    /// The start of the lease; the distant past if the time is not measured.
    let startedAt: Moment
    let flags: Lease.Flags

    @inline(__always)
    init(begun record: EndpointRecord, startedAt: Moment, flags: Lease.Flags) {
        self.record = UncountedReference(record)
        self.startedAt = startedAt
        self.flags = flags
    }

    private init() {
        record = nil
        startedAt = .distantPast
        flags = []
    }

    /// A result without an endpoint. Computed, so that a pick has no lazy initialization to check.
    static var none: PickResult { PickResult() }
}
