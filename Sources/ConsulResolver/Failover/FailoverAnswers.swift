// SPDX-License-Identifier: Apache-2.0

/// What one caller has heard from several places, and what it comes to. A pure value.
struct FailoverAnswers: Sendable {
    /// The best so far; of equals, that of the most preferred place.
    private(set) var best: Resolution
    /// Whose that is.
    private(set) var place: Int
    /// Who has answered.
    private(set) var asked: Set<Int>

    private var worth: FailoverWorth

    init(_ answer: Resolution, from place: Int) {
        (best, self.place, asked, worth) = (answer, place, [place], FailoverWorth(answer))
    }

    /// Whether there is nothing better to be had.
    var isSettled: Bool { worth == .good }

    /// Whether there are endpoints, of whatever age.
    var isContent: Bool { worth <= .stale }

    mutating func take(_ answer: Resolution, from place: Int) {
        asked.insert(place)
        let worth = FailoverWorth(answer)
        guard (worth, place) < (self.worth, self.place) else { return }
        (best, self.place, self.worth) = (answer, place, worth)
    }
}
