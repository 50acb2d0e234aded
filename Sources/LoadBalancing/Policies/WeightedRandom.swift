// SPDX-License-Identifier: Apache-2.0

/// Leaves it to chance, by weight. Every pick is independent of all others, in this process and in others; that is less even
/// than taking turns, and never in step with anybody. The chance of each endpoint is exactly its share, for all weights.
public struct WeightedRandom: BalancingPolicy {
    /// The policy.
    public init() {}

    /// The policy's name.
    public var description: String { "random" }

    /// A picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        RandomPicker(AliasTable(weights: candidates.map(\.weight)))
    }
}

extension BalancingPolicy where Self == WeightedRandom {
    /// Leaves it to chance, by weight.
    public static var random: WeightedRandom { WeightedRandom() }
}

private final class RandomPicker: BuiltInPicker {
    private let table: AliasTable

    init(_ table: AliasTable) {
        self.table = table
    }

    func pick(for request: borrowing PickRequest) -> Int { table.sample(request.random) }
}
