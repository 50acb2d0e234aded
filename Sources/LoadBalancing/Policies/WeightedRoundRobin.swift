// SPDX-License-Identifier: Apache-2.0

/// Takes turns, by weight and as evenly as that can be done: after any number of picks no endpoint is a whole pick away from
/// its share (Tijdeman 1980). With equal weights it is ordinary round robin.
public struct WeightedRoundRobin: BalancingPolicy {
    /// The policy.
    public init() {}

    /// The policy's name.
    public var description: String { "weightedRoundRobin" }

    /// A picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        TurnPicker(Turns(candidates))
    }
}

extension BalancingPolicy where Self == WeightedRoundRobin {
    /// Takes turns, by weight.
    public static var weightedRoundRobin: WeightedRoundRobin { WeightedRoundRobin() }
}

/// Picks whose turn it is.
final class TurnPicker: BuiltInPicker {
    private let turns: Turns

    init(_ turns: Turns) {
        self.turns = turns
    }

    func pick(for request: borrowing PickRequest) -> Int { turns[request.ticket] }
}
