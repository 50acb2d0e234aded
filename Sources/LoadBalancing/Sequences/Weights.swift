// SPDX-License-Identifier: Apache-2.0

/// Rules that all methods of sharing by weight have in common.
enum Weights {
    /// Returns the weights that count: if all are 0, all are equal.
    ///
    /// RFC 2782 wants servers of weight 0 to be usable when there are no others; an operator who has set all to 0 did
    /// not mean to have no service.
    static func effective(_ weights: [UInt32]) -> [UInt32] {
        weights.contains { $0 > 0 } ? weights : [UInt32](repeating: 1, count: weights.count)
    }

    /// Returns the same proportions in the smallest integers.
    static func reduced<Weight: FixedWidthInteger & UnsignedInteger>(_ weights: [Weight]) -> [Weight] {
        var divisor: Weight = 0
        for weight in weights where divisor != 1 { divisor = greatestCommonDivisor(divisor, weight) }
        return divisor > 1 ? weights.map { $0 / divisor } : weights
    }

    /// Returns the sum, which cannot overflow: the sum of as many weights of 32 bits as fit into memory is less than
    /// 2^64.
    static func sum(_ weights: [some FixedWidthInteger & UnsignedInteger]) -> UInt64 {
        weights.reduce(0) { $0 &+ UInt64(truncatingIfNeeded: $1) }
    }

    private static func greatestCommonDivisor<Weight: FixedWidthInteger & UnsignedInteger>(
        _ first: Weight,
        _ second: Weight
    ) -> Weight {
        var (larger, smaller) = (first, second)
        while smaller > 0 { (larger, smaller) = (smaller, larger % smaller) }
        return larger
    }
}
