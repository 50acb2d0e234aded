// SPDX-License-Identifier: Apache-2.0

/// A policy that takes turns, by weight and as evenly as possible: after any number of picks no endpoint is a whole
/// pick away from its share (Tijdeman 1980). With equal weights it is ordinary round robin.
///
/// Shares are exact as long as the weights, divided by their greatest common divisor, add up to 4096 or less, or to 16
/// or less for each endpoint (and 65 536 in all). With larger weights, such as 65 535 beside 65 534, every endpoint's
/// share is right to one part in 10 000 of all picks, and an endpoint may be a few picks away from its share at a time.
/// The same goes for the turns of ``LeastOutstanding`` and ``Adaptive``.
public struct WeightedRoundRobin: BalancingPolicy {
    /// The policy's name.
    public var description: String { "weightedRoundRobin" }

    /// Creates a picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        TurnPicker(WeightedSequence(weights: candidates.map(\.weight)))
    }
}

extension BalancingPolicy where Self == WeightedRoundRobin {
    /// Turns, by weight.
    public static var weightedRoundRobin: WeightedRoundRobin { WeightedRoundRobin() }
}

/// A picker that takes turns.
private final class TurnPicker: BuiltInPicker {
    private let turns: WeightedSequence

    init(_ turns: WeightedSequence) {
        self.turns = turns
    }

    func pick(for request: borrowing PickRequest) -> Int { turns[request.ticket] }
}
