// SPDX-License-Identifier: Apache-2.0

extension BalancingPolicy where Self == BuiltInPolicy {
    /// A policy that takes turns, by weight and as evenly as possible: after any number of picks no endpoint is a whole
    /// pick away from its share (Tijdeman 1980). With equal weights it is ordinary round robin.
    ///
    /// Shares are exact as long as the weights, divided by their greatest common divisor, add up to 4096 or less, or to
    /// 16 or less for each endpoint (and 65 536 in all). With larger weights, such as 65 535 beside 65 534, every
    /// endpoint's share is right to one part in 10 000 of all picks, and an endpoint may be a few picks away from its
    /// share at a time. The same goes for the turns of ``leastOutstanding`` and ``adaptive``.
    ///
    /// Threads that pick at the very same moment, which takes millions of picks a second, do not wait for each other:
    /// each takes a run of turns for itself. An endpoint may then be a pick away from its share for each such thread.
    public static var weightedRoundRobin: BuiltInPolicy {
        BuiltInPolicy("weightedRoundRobin", comparesLeases: false) {
            TurnPicker(WeightedSequence(weights: $0.map(\.weight)))
        }
    }
}

/// A picker that takes turns.
private final class TurnPicker: BuiltInPicker {
    private let turns: WeightedSequence

    init(_ turns: WeightedSequence) {
        self.turns = turns
    }

    func pick(for request: borrowing PickRequest) -> Int { turns[request.ticket] }
}
