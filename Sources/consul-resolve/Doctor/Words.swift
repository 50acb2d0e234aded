// SPDX-License-Identifier: Apache-2.0

/// Phrases of findings.
enum Words {
    /// Returns `1 instance`, `2 instances`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// Returns a list that stays readable: its first items, and the number of the others.
    static func list(_ items: [String], limit: Int = 5) -> String {
        let shown = items.prefix(limit).joined(separator: ", ")
        return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
    }
}
