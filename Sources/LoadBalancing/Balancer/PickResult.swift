// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The result of a pick. Three words in size, so that it is returned in registers.
struct PickResult {
    /// The chosen endpoint. It is counted as in use, and has to stay counted until ``EndpointRecord/giveBack(_:)``.
    /// `nil` if this kind of draw made no choice, so that the caller has to use another kind.
    let record: Unmanaged<EndpointRecord>?
    /// The start of the lease; the distant past if the time is not measured.
    let startedAt: Moment
    let flags: Lease.Flags

    @inline(__always)
    init(begun record: EndpointRecord, startedAt: Moment, flags: Lease.Flags) {
        self.record = .passUnretained(record)
        self.startedAt = startedAt
        self.flags = flags
    }

    private init() {
        record = nil
        startedAt = .distantPast
        flags = []
    }

    /// A result without an endpoint.
    static let none = PickResult()
}

extension Moment {
    /// The earliest moment.
    static let distantPast = Moment(nanoseconds: .min)
    /// The latest moment.
    static let distantFuture = Moment(nanoseconds: .max)
}
