// SPDX-License-Identifier: Apache-2.0

/// Comparisons of shares with the shares that the weights demand.
enum Shares {
    /// Returns half of the sum of all differences, in 0...1.
    static func totalVariation(_ counts: [Int], _ weights: [Double]) -> Double {
        let all = Double(max(counts.reduce(0, +), 1))
        let sum = weights.reduce(0, +)
        return zip(counts, weights).reduce(0) { $0 + abs(Double($1.0) / all - $1.1 / sum) } / 2
    }

    /// Returns the largest of all differences.
    static func largestError(_ counts: [Int], _ weights: [Double]) -> Double {
        let all = Double(max(counts.reduce(0, +), 1))
        let sum = weights.reduce(0, +)
        return zip(counts, weights).map { abs(Double($0) / all - $1 / sum) }.max() ?? 0
    }
}
