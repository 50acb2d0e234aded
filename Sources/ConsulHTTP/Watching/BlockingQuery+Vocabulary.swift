// SPDX-License-Identifier: Apache-2.0

extension BlockingQuery {
    /// What to do next.
    enum Step: Hashable {
        /// Put the question; with parameters, so that it waits for a change, which takes a permit.
        case ask(BlockingParameters?)
        /// Let this time pass, then report that it has.
        case wait(Duration)
        /// The last failure will not go away.
        case finish
    }

    /// What an event means to those who watch, and what to do next.
    struct Reaction: Hashable {
        /// Whether there is something to tell: another content, the first failure, or the first answer after failures.
        var isNews: Bool
        /// Whether a failure is passed over: it is told to nobody.
        var isSilent = false
        /// Whether the index has gone back.
        var indexWentBack = false
        /// Whether it has done so again and again, which is told once: most probably, servers whose indexes differ stand
        /// behind one address.
        var indexesDiffer = false
        /// What to do next.
        var step: Step
    }
}
