// SPDX-License-Identifier: Apache-2.0

extension EndpointRecord {
    /// The endpoint's health as its requests have shown it.
    var standing: EndpointStanding { withState { EndpointStanding($0) } }

    /// Returns the same, after ending an ejection that has expired: then one request shows whether the endpoint has
    /// recovered.
    func standing(at now: Moment) -> EndpointStanding {
        withState { state in
            if state.ejection?.becomeHalfOpen(at: now) == true { publishAdmission(state) }
            return EndpointStanding(state)
        }
    }

    /// Ejects the endpoint for a while. Picks know that when this method returns.
    ///
    /// - Returns: True if the endpoint was in. A second, late caller may find it on probation.
    func eject(at now: Moment) -> Bool {
        let chance = context.chance(identity, now)
        return withState { state in
            guard state.ejection?.eject(at: now, chance: chance) != nil else { return false }
            publishAdmission(state)
            return true
        }
    }

    /// Claims the probation for one request. Only one request at a time can have it.
    func claimProbation() -> Bool {
        guard load.isOnProbation else { return false }
        return withState { state in
            guard state.ejection?.beginProbe() == true else { return false }
            publishAdmission(state)
            return true
        }
    }

    /// Publishes the state of the ejection to picks. To be called with the state locked, so that the last state is
    /// published last.
    func publishAdmission(_ state: State) {
        load.publish(state.ejection?.admission ?? .all)
    }

    /// Ends the ejection because of another source, a probe.
    ///
    /// - Returns: True if the endpoint was ejected or on probation.
    func reinstate(at now: Moment) -> Bool {
        withState { state in
            guard state.ejection?.reinstate(at: now) == true else { return false }
            comeBack(at: now, in: &state)
            return true
        }
    }
}
