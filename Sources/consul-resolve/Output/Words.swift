// SPDX-License-Identifier: Apache-2.0

/// Phrases that several commands use. Pure functions.
enum Words {
    /// Returns `1 instance`, `2 instances`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// Returns a list that stays readable: its first items, and the number of the others.
    static func list(_ items: [String], limit: Int = 5) -> String {
        let shown = items.prefix(limit).joined(separator: ", ")
        return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
    }

    /// Returns `a`, `a or b`, `a, b or c`.
    static func choice(_ items: [String]) -> String {
        guard items.count > 1, let last = items.last else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " or " + last
    }

    /// Returns the lines of a text, broken at spaces. A word that is longer than a line is not broken.
    static func wrapped(_ text: String, to columns: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if let line = lines.last, line.columns + 1 + String(word).columns <= columns {
                lines[lines.count - 1] = "\(line) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    // MARK: Suggestions for mistyped names

    /// Returns the names that differ by few letters, or where one name is a prefix of the other; at most three, the
    /// closest first.
    static func similar(to name: String, among names: some Sequence<String>) -> [String] {
        let wanted = name.lowercased()
        let tolerated = max(1, wanted.count / 4)
        let rated: [(name: String, distance: Int)] = names.compactMap { other in
            let candidate = other.lowercased()
            // A name that is far longer or shorter cannot be close.
            guard abs(candidate.count - wanted.count) <= 64 else { return nil }
            let distance = distance(Array(wanted), Array(candidate))
            let isNear = distance <= tolerated
            let isPart =
                min(wanted.count, candidate.count) >= 3
                && (candidate.hasPrefix(wanted) || wanted.hasPrefix(candidate))
            return isNear || isPart ? (other, distance) : nil
        }
        return rated.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// Returns the Levenshtein distance, computed row by row; two swapped neighbors count as one mistake.
    private static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for (i, letter) in first.enumerated() {
            var row = [i + 1]
            for (j, other) in second.enumerated() {
                var distance = min(last[j] + (letter == other ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, letter == second[j - 1], first[i - 1] == other {
                    distance = min(distance, beforeLast[j - 1] + 1)
                }
                row.append(distance)
            }
            (beforeLast, last) = (last, row)
        }
        return last[second.count]
    }
}
