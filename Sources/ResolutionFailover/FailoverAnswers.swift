// SPDX-License-Identifier: Apache-2.0

import ResolutionModel

/// The answers that one caller has received from several failover targets, and the best of them. A pure value.
struct FailoverAnswers: Sendable {
    /// The best answer so far; of equal ones, that of the most preferred target.
    private(set) var best: Resolution
    /// The target of the best answer.
    private(set) var target: Int
    /// The targets that have answered.
    private(set) var asked: Set<Int>

    private var worth: FailoverWorth

    init(_ answer: Resolution, from target: Int) {
        (best, self.target, asked, worth) = (answer, target, [target], FailoverWorth(answer))
    }

    /// True if no further answer could be better.
    var isSettled: Bool { worth == .good }

    /// True if there are endpoints, of whatever age.
    var isContent: Bool { worth <= .stale }

    mutating func apply(_ answer: Resolution, from target: Int) {
        asked.insert(target)
        let worth = FailoverWorth(answer)
        guard (worth, target) < (self.worth, self.target) else { return }
        (best, self.target, self.worth) = (answer, target, worth)
    }
}
