// SPDX-License-Identifier: Apache-2.0

extension EndpointRecord {
    /// What requests have shown.
    var standing: EndpointStanding { withState { EndpointStanding($0) } }

    /// The same, where an ejection whose time is over ends first: then one request finds out how it is.
    func standing(at now: Moment) -> EndpointStanding {
        withState { state in
            if state.ejection?.becomeHalfOpen(at: now) == true { publishAdmission(state) }
            return EndpointStanding(state)
        }
    }

    /// Sends nothing there for a while. Picks know that when this returns.
    ///
    /// - Returns: Whether it was in. Whoever asks second, and late, may find it on probation.
    func eject(at now: Moment) -> Bool {
        let chance = context.chance(identity, now)
        return withState { state in
            guard state.ejection?.eject(at: now, chance: chance) != nil else { return false }
            publishAdmission(state)
            return true
        }
    }

    /// Makes this the request that finds out. Only one can at a time.
    func claimProbation() -> Bool {
        guard load.isOnProbation else { return false }
        return withState { state in
            guard state.ejection?.beginProbe() == true else { return false }
            publishAdmission(state)
            return true
        }
    }

    /// Shows picks what has become of the ejection. To be called with the state locked, so that the last word is the last.
    func publishAdmission(_ state: State) {
        load.publish(state.ejection?.admission ?? .all)
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
