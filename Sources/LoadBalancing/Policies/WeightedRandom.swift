// SPDX-License-Identifier: Apache-2.0

extension BalancingPolicy where Self == BuiltInPolicy {
    /// A policy that picks at random, by weight. Every pick is independent of all others, in this process and in
    /// others; that is less even than taking turns, and never in step with other clients. The chance of each endpoint
    /// is exactly its share, for all weights.
    public static var random: BuiltInPolicy {
        BuiltInPolicy("random", comparesLeases: false) { RandomPicker(AliasTable(weights: $0.map(\.weight))) }
    }
}

private final class RandomPicker: BuiltInPicker {
    private let table: AliasTable

    init(_ table: AliasTable) {
        self.table = table
    }

    func pick(for request: borrowing PickRequest) -> Int { table.sample(request.random) }
}
