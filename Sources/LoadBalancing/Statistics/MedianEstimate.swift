// SPDX-License-Identifier: Apache-2.0

/// An approximate median of many values.
enum MedianEstimate {
    /// The number of values that are compared. It is more than enough: the median of 64 out of any number lies between
    /// the 38th and the 62nd percentile nearly always.
    private static let sampled = 64

    /// Returns the median of at most 64 values, chosen at even distances from `count` of them; `nil` if all of these
    /// are `nil`. Of an even number, the lower of the two in the middle: with two peers of which one is failing,
    /// halfway between them is next to neither.
    static func of(count: Int, value: (Int) -> Int64?) -> Int64? {
        guard count > 0 else { return nil }
        let chosen = min(count, sampled)
        return withUnsafeTemporaryAllocation(of: Int64.self, capacity: chosen) { sorted in
            var found = 0
            for index in 0..<chosen {
                guard let value = value(position(index, of: chosen, in: count)) else { continue }
                insert(value, into: sorted, count: found)
                found += 1
            }
            return found == 0 ? nil : sorted[(found - 1) / 2]
        }
    }

    /// Returns `index * count / chosen`, in parts that do not overflow.
    private static func position(_ index: Int, of chosen: Int, in count: Int) -> Int {
        count / chosen * index + count % chosen * index / chosen
    }

    /// Inserts a value in order. Insertion sort, because other sorting may allocate, and this is quicker for so few
    /// values.
    private static func insert(_ value: Int64, into sorted: UnsafeMutableBufferPointer<Int64>, count: Int) {
        var gap = count
        while gap > 0, sorted[gap - 1] > value {
            sorted.initializeElement(at: gap, to: sorted[gap - 1])
            gap -= 1
        }
        sorted.initializeElement(at: gap, to: value)
    }
}
