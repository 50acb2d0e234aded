// SPDX-License-Identifier: Apache-2.0

extension BlockingQuery {
    /// The next action of the watch.
    enum Step: Hashable {
        /// Send a query. With parameters, it is a blocking query, which needs a permit.
        case ask(BlockingParameters?)
        /// Let this time pass, then call ``timerFired(at:chance:)``.
        case wait(Duration)
        /// End the watch: the last failure is permanent.
        case finish
    }

    /// The effect of an event on the subscribers, and the next action.
    struct Reaction: Hashable {
        /// True if the subscribers should be told: new content, the first failure, or the first answer after failures.
        var isNews: Bool
        /// True if a failure is not reported to subscribers.
        var isSilent = false
        /// True if the index has gone back.
        var indexWentBack = false
        /// True if the index has gone back repeatedly; reported once. The usual reason is several servers with
        /// different indexes behind one address.
        var indexesDiffer = false
        /// The next action.
        var step: Step
    }
}
