// SPDX-License-Identifier: Apache-2.0

/// The answers that one caller has received from several failover targets, and the best of them. A pure value.
struct FailoverAnswers: Sendable {
    /// The best answer so far; of equal ones, that of the most preferred target.
    private(set) var best: Resolution
    /// The target of the best answer.
    private(set) var place: Int
    /// The targets that have answered.
    private(set) var asked: Set<Int>

    private var worth: FailoverWorth

    init(_ answer: Resolution, from place: Int) {
        (best, self.place, asked, worth) = (answer, place, [place], FailoverWorth(answer))
    }

    /// True if no further answer could be better.
    var isSettled: Bool { worth == .good }

    /// True if there are endpoints, of whatever age.
    var isContent: Bool { worth <= .stale }

    mutating func take(_ answer: Resolution, from place: Int) {
        asked.insert(place)
        let worth = FailoverWorth(answer)
        guard (worth, place) < (self.worth, self.place) else { return }
        (best, self.place, self.worth) = (answer, place, worth)
    }
}
