// SPDX-License-Identifier: Apache-2.0

/// A weighted draw in constant time: A. J. Walker's alias method, built as by M. D. Vose (IEEE Transactions on Software
/// Engineering 17, 1991).
///
/// There is a column for each entry, all of one height, and each column is shared by two entries at most. Heights are
/// integers, so rounding leaves no column unfilled, which is where tables of floating point go wrong.
struct AliasTable: Sendable {
    private struct Column {
        /// Below this the column's own entry is drawn, otherwise its alias.
        var threshold: UInt64
        var alias: Int
    }

    private let columns: [Column]

    /// Entries of weight 0 are never drawn, unless all are 0: then all are equal.
    ///
    /// - Parameter weights: one or more; without any, 0 is drawn
    init(weights: [UInt32]) {
        guard !weights.isEmpty else {
            columns = [Column(threshold: .max, alias: 0)]
            return
        }
        let weights = Weights.effective(weights)
        let height = Weights.sum(weights)
        // In units in which the mean weight is `height`.
        var heights = weights.map { UInt64($0) &* UInt64(weights.count) }
        var columns = weights.indices.map { Column(threshold: .max, alias: $0) }
        var short = weights.indices.filter { heights[$0] < height }
        var tall = weights.indices.filter { heights[$0] >= height }
        while let low = short.popLast(), let high = tall.last {
            columns[low] = Column(threshold: Self.threshold(heights[low], of: height), alias: high)
            heights[high] &-= height &- heights[low]
            if heights[high] < height {
                tall.removeLast()
                short.append(high)
            }
        }
        self.columns = columns
    }

    /// Returns the index of an entry.
    ///
    /// - Parameter random: evenly distributed over all its 64 bits: the high ones choose a column, the rest chooses
    ///   within it, with an error of n/2^64
    func sample(_ random: UInt64) -> Int {
        let (column, fraction) = random.multipliedFullWidth(by: UInt64(columns.count))
        let chosen = columns[Int(column)]
        return fraction < chosen.threshold ? Int(column) : chosen.alias
    }

    /// Returns `part / whole` as a fraction of 2^64, where part is less than whole.
    private static func threshold(_ part: UInt64, of whole: UInt64) -> UInt64 {
        whole.dividingFullWidth((part, 0)).quotient
    }
}
