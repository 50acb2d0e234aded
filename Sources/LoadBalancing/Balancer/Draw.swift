// SPDX-License-Identifier: Apache-2.0

/// What a pick comes to. Three words, so that it is handed on in registers.
struct Draw {
    /// Whom; it is counted as in use, and has to be until ``EndpointRecord/giveBack(_:)``. `nil` if it has to be done in
    /// another way.
    let record: Unmanaged<EndpointRecord>?
    /// When, if the time is measured: it is not for the distant past.
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

    /// No draw yet.
    static let none = Draw()
}

extension Moment {
    /// What no moment is before.
    static let distantPast = Moment(nanoseconds: .min)
    /// What no moment is after.
    static let distantFuture = Moment(nanoseconds: .max)
}
