// SPDX-License-Identifier: Apache-2.0

/// The keys and values of a configuration at one moment.
package struct ConfigurationContent: Hashable, Sendable {
    /// The value of a key.
    package struct Entry: Hashable, Sendable {
        package var value: [UInt8]
        /// The prefix of the layer that the value comes from.
        package var origin: String

        package init(value: [UInt8], origin: String) {
            (self.value, self.origin) = (value, origin)
        }
    }

    /// The entries by key, without the prefix of the layer.
    package var entries: [String: Entry]

    /// Consul's index at which the content was read, the highest one of all reads; `nil` if it is from a file.
    package var index: UInt64?

    package init(entries: [String: Entry], index: UInt64?) {
        (self.entries, self.index) = (entries, index)
    }
}

/// The keys that differ between two values of a configuration, without the prefix of their layer.
public struct ConfigurationChanges: Hashable, Sendable {
    /// The keys that the earlier value did not have.
    public internal(set) var added: Set<String> = []

    /// The keys with different bytes.
    public internal(set) var changed: Set<String> = []

    /// The keys that only the earlier value had.
    public internal(set) var removed: Set<String> = []

    /// True if no key differs.
    public var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

    /// All keys that differ, for example to find out if a change needs a restart.
    public var keys: Set<String> { added.union(changed).union(removed) }

    init(from old: ConfigurationContent?, to new: ConfigurationContent?) {
        let (old, new) = (old?.entries ?? [:], new?.entries ?? [:])
        for (key, entry) in new {
            guard let earlier = old[key] else {
                added.insert(key)
                continue
            }
            if earlier.value != entry.value { changed.insert(key) }
        }
        for key in old.keys where new[key] == nil { removed.insert(key) }
    }
}
