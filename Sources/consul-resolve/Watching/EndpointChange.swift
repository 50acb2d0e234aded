// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// What is different between two sets of endpoints. A pure value; its lists are in the order of their text, whatever
/// order the sets came in.
struct EndpointChange {
    /// In the new set alone.
    let added: [Endpoint]
    /// In the old set alone.
    let removed: [Endpoint]
    /// In both, with another weight, priority, or status. As they are now.
    let altered: [Endpoint]

    var isEmpty: Bool { added.isEmpty && removed.isEmpty && altered.isEmpty }

    init(from old: [Endpoint], to new: [Endpoint]) {
        let oldByText = Dictionary(old.map { ($0.authority, $0) }) { first, _ in first }
        let newByText = Dictionary(new.map { ($0.authority, $0) }) { first, _ in first }
        added = newByText.keys.filter { oldByText[$0] == nil }.sorted().compactMap { newByText[$0] }
        removed = oldByText.keys.filter { newByText[$0] == nil }.sorted().compactMap { oldByText[$0] }
        altered = newByText.values
            .filter { endpoint in oldByText[endpoint.authority].map { Self.isAltered($0, endpoint) } ?? false }
            .sorted { $0.authority < $1.authority }
    }

    /// The status counts only where both are known to have one: DNS does not tell it, and an instance has not changed
    /// because the same news came the other way.
    private static func isAltered(_ old: Endpoint, _ new: Endpoint) -> Bool {
        if old.weight != new.weight || old.priority != new.priority { return true }
        guard let oldDetails = old.details, let newDetails = new.details else { return false }
        return oldDetails.status != newDetails.status
    }

    /// The marks and endpoints, one a line: what has gone first.
    var lines: [String] {
        removed.map { "- \($0.authority)" } + altered.map { "~ \($0.authority)" } + added.map { "+ \($0.authority)" }
    }
}
