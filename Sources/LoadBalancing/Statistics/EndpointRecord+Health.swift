// SPDX-License-Identifier: Apache-2.0

extension EndpointRecord {
    /// What requests have shown.
    var standing: EndpointStanding {
        withState { EndpointStanding(ejection: $0.ejection?.state ?? .closed, lastFailure: $0.lastFailure) }
    }

    /// Sends nothing there for a while.
    ///
    /// - Returns: Whether it was in. Whoever asks second, and late, may find it on probation.
    func eject(at now: Moment) -> Bool {
        let chance = context.chance(identity, now)
        return withState { state in
            guard state.ejection?.eject(at: now, chance: chance) != nil else { return false }
            load.publish(.none)
            return true
        }
    }

    /// Lets one request find out how it is, if the time has come.
    func beginProbation(at now: Moment) {
        withState { state in
            if state.ejection?.becomeHalfOpen(at: now) == true { load.publish(.wanted) }
        }
    }

    /// Makes this the request that finds out. Only one can at a time.
    func claimProbation() -> Bool {
        guard load.isOnProbation else { return false }
        return withState { state in
            guard state.ejection?.beginProbe() == true else { return false }
            load.publish(.underWay)
            return true
        }
    }

    /// Takes it back at somebody else's word, a probe's.
    ///
    /// - Returns: Whether it was away.
    func reinstate(at now: Moment) -> Bool {
        withState { state in
            guard state.ejection?.reinstate(at: now) == true else { return false }
            comeBack(at: now, in: &state)
            return true
        }
    }
}
