// SPDX-License-Identifier: Apache-2.0

/// How shares compare with what they should be.
enum Shares {
    /// Half of the sum of all differences, in 0...1.
    static func totalVariation(_ counts: [Int], _ weights: [Double]) -> Double {
        let all = Double(max(counts.reduce(0, +), 1))
        let sum = weights.reduce(0, +)
        return zip(counts, weights).reduce(0) { $0 + abs(Double($1.0) / all - $1.1 / sum) } / 2
    }

    /// The largest of all differences.
    static func largestError(_ counts: [Int], _ weights: [Double]) -> Double {
        let all = Double(max(counts.reduce(0, +), 1))
        let sum = weights.reduce(0, +)
        return zip(counts, weights).map { abs(Double($0) / all - $1 / sum) }.max() ?? 0
    }
}
