// SPDX-License-Identifier: Apache-2.0

/// Two different candidates for a policy that compares: one whose turn it is, and one by chance.
///
/// Comparing two is nearly as good as comparing all (Mitzenmacher 2001), and cannot send everybody to the one that looks
/// best. Different ones: drawn with replacement, the worst of two would still get a quarter of all requests. The turn
/// makes it even while there is little to compare.
struct TwoChoices: Sendable {
    private let turns: Turns
    private let table: AliasTable
    private let records: [EndpointRecord]
    /// The same as `records`, to be read without counting references.
    private let handles: [Unmanaged<EndpointRecord>]
    /// The mean of all weights over each one's own, so that loads of different weights can be compared. Infinite for weight
    /// 0 among others, which nobody may prefer.
    private let inverseWeights: [Double]

    var count: Int { handles.count }

    init(_ candidates: [Candidate]) {
        turns = Turns(candidates)
        table = AliasTable(weights: candidates.map(\.weight))
        records = candidates.map(\.record)
        handles = records.map { Unmanaged.passUnretained($0) }
        let sum = candidates.reduce(0) { $0 + Double($1.weight) }
        let mean = sum / Double(max(candidates.count, 1))
        inverseWeights = candidates.map { sum == 0 ? 1 : mean / Double($0.weight) }
    }

    /// Whose turn it is.
    @inline(__always)
    func first(_ request: borrowing PickRequest) -> Int { turns[request.ticket] }

    /// Another one; `nil` if there is none.
    ///
    /// By weight. If one of them has nearly all of it, chance may take too long to find another, and any will do, but for
    /// those without a weight: with nothing to do, these would look better than anybody who has a request under way.
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
        handles[index]._withUnsafeGuaranteedRef(body)
    }

    /// How many requests are under way for its weight.
    @inline(__always)
    func outstanding(_ index: Int) -> Double {
        let count = withRecord(index) { $0.load.outstanding }
        // Nothing, and not "not a number", for somebody without a weight who has nothing to do.
        return count == 0 ? 0 : Double(count) * inverseWeights[index]
    }

    /// Whether one request is wanted that finds out how an endpoint is. Who draws it takes it: it will not look like the
    /// better one for long.
    @inline(__always)
    func isOnProbation(_ index: Int) -> Bool { withRecord(index) { $0.load.isOnProbation } }
}
