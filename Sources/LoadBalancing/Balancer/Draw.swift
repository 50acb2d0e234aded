// SPDX-License-Identifier: Apache-2.0

/// What a pick comes to. Three words, so that it is handed on in registers.
struct Draw {
    /// Whom; with a reference that belongs to whoever has the draw. `nil` if it has to be done in another way.
    let seat: Unmanaged<Seat>?
    /// When, if the time is measured: it is not for the distant past.
    let startedAt: Moment
    let flags: Lease.Flags

    @inline(__always)
    init(_ seat: Seat, startedAt: Moment, flags: Lease.Flags) {
        self.seat = .passRetained(seat)
        self.startedAt = startedAt
        self.flags = flags
    }

    private init() {
        seat = nil
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
