// SPDX-License-Identifier: Apache-2.0

/// A policy that picks at random, by weight. Every pick is independent of all others, in this process and in others;
/// that is less even than taking turns, and never in step with other clients. The chance of each endpoint is exactly
/// its share, for all weights.
public struct WeightedRandom: BalancingPolicy {
    /// The policy's name.
    public var description: String { "random" }

    /// Creates a picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        RandomPicker(AliasTable(weights: candidates.map(\.weight)))
    }
}

extension BalancingPolicy where Self == WeightedRandom {
    /// A pick at random, by weight.
    public static var random: WeightedRandom { WeightedRandom() }
}

private final class RandomPicker: BuiltInPicker {
    private let table: AliasTable

    init(_ table: AliasTable) {
        self.table = table
    }

    func pick(for request: borrowing PickRequest) -> Int { table.sample(request.random) }
}
