// SPDX-License-Identifier: Apache-2.0

extension Roster {
    /// Whether one more endpoint may be ejected.
    func mayEject(by policy: EjectionPolicy?) -> Bool {
        guard let policy else { return false }
        let listed = seats.filter { $0.endpoint.isListedAsHealthy }
        let ejected = listed.count { $0.record.standing.ejection != .closed }
        return EjectionQuota(policy).allowsOneMore(listed: listed.count, ejected: ejected)
    }

    /// Lets those whose time is over show how they are.
    func beginProbations(at now: Moment) {
        for seat in seats { seat.record.beginProbation(at: now) }
    }

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
