// SPDX-License-Identifier: Apache-2.0

/// Two different candidates for a policy that compares: the one that is next in turn, and one drawn at random.
///
/// Comparing two is nearly as good as comparing all (Mitzenmacher 2001), and cannot send all clients to the one that
/// looks best. The two are different: if they were drawn with replacement, the worst of two would still get a quarter
/// of all requests. The turn makes picks even while there is little to compare.
struct TwoChoices: Sendable {
    private let turns: WeightedSequence
    private let table: AliasTable
    private let records: RetainedObjects<EndpointRecord>
    /// The mean of all weights over each one's own, so that loads of different weights can be compared. Infinite for
    /// weight 0 among others, so that no comparison prefers such a candidate.
    private let inverseWeights: [Double]

    var count: Int { records.count }

    init(_ candidates: [Candidate]) {
        let weights = candidates.map(\.weight)
        turns = WeightedSequence(weights: weights)
        table = AliasTable(weights: weights)
        records = RetainedObjects(candidates.map(\.record))
        let sum = candidates.reduce(0) { $0 + Double($1.weight) }
        let mean = sum / Double(max(candidates.count, 1))
        inverseWeights = candidates.map { sum == 0 ? 1 : mean / Double($0.weight) }
    }

    /// Returns the candidate that is next in turn.
    @inline(__always)
    func first(_ request: borrowing PickRequest) -> Int { turns[request.ticket] }

    /// Returns another candidate; `nil` if there is no other.
    ///
    /// It is drawn by weight. If one candidate has nearly all of the weight, draws may take too long to find another,
    /// and any will do except those without a weight: without requests, these would look better than any candidate that
    /// has one under way.
    @inline(__always)
    func second(_ request: borrowing PickRequest, otherThan first: Int) -> Int? {
        guard count > 1 else { return nil }
        var random = request.random
        for _ in 0..<5 {
            let index = table.sample(random)
            if index != first { return index }
            random = StableHash.mix(random, 1)
        }
        let step = 1 + Int(truncatingIfNeeded: random % UInt64(count - 1))
        let index = first + step < count ? first + step : first + step - count
        return inverseWeights[index].isFinite ? index : nil
    }

    @inline(__always)
    func withRecord<Output>(_ index: Int, _ body: (EndpointRecord) -> Output) -> Output {
        records.read(index, body)
    }

    /// Returns the number of requests under way, for the candidate's weight.
    @inline(__always)
    func outstanding(_ index: Int) -> Double {
        let count = withRecord(index) { $0.counters.outstanding }
        // 0, and not NaN, for a candidate without a weight that has no requests.
        return count == 0 ? 0 : Double(count) * inverseWeights[index]
    }

    /// True if the candidate needs one request that shows whether it has recovered. A pick that draws such a candidate
    /// takes it, because it will lose every comparison for long.
    @inline(__always)
    func isOnProbation(_ index: Int) -> Bool { withRecord(index) { $0.counters.isOnProbation } }
}
