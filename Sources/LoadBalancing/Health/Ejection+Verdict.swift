// SPDX-License-Identifier: Apache-2.0

extension Ejection {
    enum State: Hashable, Sendable {
        /// In: the endpoint gets requests.
        case closed
        /// Out until that moment.
        case ejected(until: Moment)
        /// Out, but the time is over; one request at a time shows whether the endpoint has recovered.
        case halfOpen
    }

    /// The rule of ``EjectionPolicy`` that was met.
    enum Reason: Hashable, Sendable {
        case consecutiveConnectFailures
        case consecutiveFailures
        case successRate
    }

    /// The consequence of an outcome.
    enum Verdict: Hashable, Sendable {
        case nothing
        /// The endpoint should be ejected. Whether it may be depends on the others (``EjectionQuota``): the receiver
        /// calls `eject`, or does not answer at all.
        case wantsEjection(Reason)
        /// A probe has failed, and the endpoint is out again. This needs no permission: it was out before.
        case ejected(until: Moment)
        /// A probe has succeeded, and the endpoint is in again.
        case restored
    }
}
