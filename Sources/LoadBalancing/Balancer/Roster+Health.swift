// SPDX-License-Identifier: Apache-2.0

extension Roster {
    /// Ends the ejection of all endpoints that probes found up.
    ///
    /// - Returns: True if there were any.
    func reinstate(at now: Moment) -> Bool {
        var hasChanged = false
        for seat in seats where seat.endpoint.probe == .up {
            if seat.record.reinstate(at: now) { hasChanged = true }
        }
        return hasChanged
    }
}
