// SPDX-License-Identifier: Apache-2.0

/// A version of Consul, as far as it affects the settings and answers of an agent. A pre-release counts as the version
/// that it leads to.
public struct ConsulVersion: Sendable, Hashable {
    /// The major, minor and patch numbers.
    public let numbers: [Int]

    /// Makes a version of these numbers; the patch number defaults to 0.
    public init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        numbers = [major, minor, patch]
    }

    /// Reads `1.22.7`, `v1.22.7+ent`, `1.20.0-dev` or the output of `consul version`; `nil` for any other text.
    public init?(_ text: String) {
        var rest = text.prefix { !$0.isNewline }
        if rest.hasPrefix("Consul ") { rest = rest.dropFirst(7) }
        if rest.hasPrefix("v") { rest = rest.dropFirst() }
        let parts = rest.prefix { $0.isNumber || $0 == "." }.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard (2...3).contains(numbers.count), numbers.count == parts.count else { return nil }
        self.init(numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : 0)
    }
}

extension ConsulVersion: Comparable, CustomStringConvertible {
    /// Compares the numbers, the first one first.
    public static func < (left: ConsulVersion, right: ConsulVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// The numbers, separated by dots.
    public var description: String { numbers.map(String.init).joined(separator: ".") }
}
