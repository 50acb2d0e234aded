// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// The difference between two sets of endpoints. A pure value; its lists are sorted by `authority`, whatever the order
/// of the sets.
struct EndpointChange {
    /// Endpoints in the new set alone.
    let added: [Endpoint]
    /// Endpoints in the old set alone.
    let removed: [Endpoint]
    /// Endpoints in both sets with a changed weight, priority, or status; the new values.
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

    /// Returns true if an endpoint changed. The status counts only if both sides have one: DNS does not carry it, and
    /// an instance has not changed because the same data came from the other source.
    private static func isAltered(_ old: Endpoint, _ new: Endpoint) -> Bool {
        if old.weight != new.weight || old.priority != new.priority { return true }
        guard let oldDetails = old.details, let newDetails = new.details else { return false }
        return oldDetails.status != newDetails.status
    }

    /// The marks and endpoints, one a line; removed endpoints first.
    var lines: [String] {
        removed.map { "- \($0.authority)" } + altered.map { "~ \($0.authority)" } + added.map { "+ \($0.authority)" }
    }
}
