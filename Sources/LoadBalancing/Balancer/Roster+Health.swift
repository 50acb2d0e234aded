// SPDX-License-Identifier: Apache-2.0

extension Roster {
    /// Takes back those that probes found up.
    ///
    /// - Returns: Whether there were any.
    func reinstate(at now: Moment) -> Bool {
        var hasChanged = false
        for seat in seats where seat.endpoint.probe == .up {
            if seat.record.reinstate(at: now) { hasChanged = true }
        }
        return hasChanged
    }
}
