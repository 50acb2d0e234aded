// SPDX-License-Identifier: Apache-2.0

/// An expected number.
struct Count: Hashable, CustomStringConvertible {
    private let range: ClosedRange<Int>

    static func atMost(_ count: Int) -> Count { Count(range: 0...count) }
    static func between(_ least: Int, _ most: Int) -> Count { Count(range: least...most) }

    func includes(_ count: Int) -> Bool { range.contains(count) }

    var description: String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
}

extension Count: ExpressibleByIntegerLiteral {
    init(integerLiteral count: Int) { range = count...count }
}
