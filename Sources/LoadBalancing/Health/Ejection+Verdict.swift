// SPDX-License-Identifier: Apache-2.0

extension Ejection {
    enum State: Hashable, Sendable {
        /// In: it gets requests.
        case closed
        /// Out until then.
        case ejected(until: Moment)
        /// Its time is over; one request at a time shows whether it is well.
        case halfOpen
    }

    /// Which rule of ``EjectionPolicy`` was met.
    enum Reason: Hashable, Sendable {
        case consecutiveConnectFailures
        case consecutiveFailures
        case successRate
    }

    /// What an outcome leads to.
    enum Verdict: Hashable, Sendable {
        case nothing
        /// It should go. Whether it may depends on the others (``EjectionQuota``): answer with `eject`, or not at all.
        case wantsEjection(Reason)
        /// A probe has failed, and it is out again. Nobody is asked: it was out before.
        case ejected(until: Moment)
        /// A probe has succeeded, and it is in again.
        case restored
    }
}
