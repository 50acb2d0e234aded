// SPDX-License-Identifier: Apache-2.0

/// Keys and values as a tree: the parts of a key between slashes are the names of its nodes.
struct KeyValueTree: Sendable {
    /// The value of the key that ends at this node; `nil` if there is no such key.
    private(set) var value: [UInt8]?
    /// The nodes below this one, by name.
    private(set) var children: [String: KeyValueTree] = [:]

    init(_ entries: some Sequence<(key: String, value: [UInt8])> = []) {
        for (key, value) in entries {
            insert(value, at: key.split(separator: "/", omittingEmptySubsequences: false)[...])
        }
    }

    private mutating func insert(_ value: [UInt8], at path: ArraySlice<Substring>) {
        guard let name = path.first else { return self.value = value }
        children[String(name), default: KeyValueTree()].insert(value, at: path.dropFirst())
    }

    /// The text of the value, without white space around it: editors end files with a line break.
    ///
    /// - Returns: `nil` if there is no value, or if it is not UTF-8.
    var trimmedText: Substring? {
        value.flatMap { String(validating: $0, as: UTF8.self) }.map { KeyValueText.trim($0[...]) }
    }

    /// The elements of an array, if this node is one: the children in the order of their numbers, or the parts of the
    /// value between commas.
    ///
    /// - Returns: `nil` if the node has children without a number, no value, or a value that is not UTF-8.
    var elements: [KeyValueTree]? {
        guard children.isEmpty else {
            let numbered = children.compactMap { name, child in UInt32(name).map { ($0, name, child) } }
            guard numbered.count == children.count else { return nil }
            return numbered.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { $0.2 }
        }
        guard let text = trimmedText else { return nil }
        return KeyValueText.list(text).map { part in
            var element = KeyValueTree()
            element.value = Array(part.utf8)
            return element
        }
    }
}

/// The notation of values in Consul.
package enum KeyValueText {
    /// Returns a text without white space around it.
    package static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// Returns the elements of a list with separators; none for an empty text.
    package static func list(_ text: Substring, separator: Character = ",") -> [Substring] {
        let text = trim(text)
        return text.isEmpty ? [] : text.split(separator: separator, omittingEmptySubsequences: false).map(trim)
    }

    /// Returns the truth value of a word; `nil` for other text.
    package static func bool(_ text: Substring) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}
