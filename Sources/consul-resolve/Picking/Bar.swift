// SPDX-License-Identifier: Apache-2.0

/// A bar of block characters, with a resolution of an eighth of a character.
enum Bar {
    /// U+258F to U+2589: one eighth to seven eighths.
    private static let eighths = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// - Parameters:
    ///   - fraction: The length as a fraction of the width, 0 to 1. A value above zero is always visible.
    ///   - width: The length of the longest bar, in characters.
    static func text(_ fraction: Double, width: Int) -> String {
        // NaN is not above zero either.
        guard fraction > 0, width > 0 else { return "" }
        let length = max(Int((min(fraction, 1) * Double(width) * 8).rounded()), 1)
        let (blocks, rest) = length.quotientAndRemainder(dividingBy: 8)
        return String(repeating: "█", count: blocks) + (rest > 0 ? eighths[rest - 1] : "")
    }
}
