// SPDX-License-Identifier: Apache-2.0

/// A bar of blocks, drawn to an eighth of a character.
enum Bar {
    /// U+258F to U+2589: one eighth to seven.
    private static let eighths = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// - Parameters:
    ///   - fraction: How long it is, 0 to 1 of the width. Whatever is more than nothing can be seen.
    ///   - width: How long the longest is, in characters.
    static func text(_ fraction: Double, width: Int) -> String {
        // Not a number is not above zero either.
        guard fraction > 0, width > 0 else { return "" }
        let length = max(Int((min(fraction, 1) * Double(width) * 8).rounded()), 1)
        let (blocks, rest) = length.quotientAndRemainder(dividingBy: 8)
        return String(repeating: "█", count: blocks) + (rest > 0 ? eighths[rest - 1] : "")
    }
}
