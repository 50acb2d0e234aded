// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// The state of a watched list, and how it differs from the list that the same iterator returned before.
public struct WatchDifference<Item: Sendable>: Sendable {
    /// The whole state: the list, its metadata, and the error if Consul cannot be queried now.
    public let update: WatchUpdate<[Item]>

    /// The items that were not in the list before; all items, in the first list.
    public let added: [Item]

    /// The items that were in the list before with other content, as they are now.
    public let changed: [Item]

    /// The items that are in the list no longer, as they were. Without an answer, and in an answer from which Consul has
    /// left out items that the token may not read (``/ConsulHTTP/QueryMetadata/filteredByACLs``), no item counts as
    /// removed: it is removed with the first complete answer that lacks it. Consul before 1.11 does not tell of omitted
    /// items.
    public let removed: [Item]

    /// The current list; empty before the first answer.
    public var items: [Item] { update.value ?? [] }
}

/// The differences between the lists of a watch.
///
/// ```swift
/// for try await difference in consul.keyValues.watch(under: "config/web/").differences(by: \.key) {
///     for entry in difference.removed { reset(entry.key) }
///     for entry in difference.added + difference.changed { apply(entry) }
/// }
/// ```
///
/// A slow iterator skips lists, and never differences: each is that to the last list that the iterator returned. The
/// lists come from a ``/ConsulHTTP/ConsulWatch``, with its rules for queries and failures.
public struct WatchDifferences<Item: Equatable & Sendable>: AsyncSequence, Sendable {
    let watch: ConsulWatch<[Item]>
    let makeTracker: @Sendable () -> any DifferenceTracking<Item>

    /// Subscribes to the watch. The subscription ends when the iterator is deinitialized.
    public func makeAsyncIterator() -> Iterator {
        Iterator(updates: watch.makeAsyncIterator(), tracker: makeTracker())
    }

    /// The iterator of one subscriber.
    public struct Iterator: AsyncIteratorProtocol {
        var updates: ConsulWatch<[Item]>.Iterator
        var tracker: any DifferenceTracking<Item>

        /// Waits for the next update.
        ///
        /// - Returns: The update with its difference; `nil` if the task was canceled, or if the client was shut down.
        /// - Throws: The error that ended the watch, once.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ConsulHTTPError) -> WatchDifference<Item>? {
            guard let update = try await updates.next(isolation: actor) else { return nil }
            return tracker.difference(to: update)
        }
    }
}

extension ConsulWatch {
    /// Returns the differences between the lists of this watch.
    ///
    /// - Parameter id: Identifies an item: an item with an equal identity in the next list is the same item, with equal
    ///   or with changed content. Of several items with one identity, the last one counts.
    public func differences<Item: Equatable & Sendable, ID: Hashable & Sendable>(
        by id: @escaping @Sendable (Item) -> ID
    ) -> WatchDifferences<Item> where Value == [Item] {
        WatchDifferences(watch: self) { DifferenceTracker(id: id) }
    }
}

/// A ``DifferenceTracker`` with any type of identities.
protocol DifferenceTracking<Item>: Sendable {
    associatedtype Item: Sendable

    /// Records the next state.
    mutating func difference(to update: WatchUpdate<[Item]>) -> WatchDifference<Item>
}

/// Compares each list with the last one. A pure value.
struct DifferenceTracker<Item: Equatable & Sendable, ID: Hashable & Sendable>: DifferenceTracking {
    private let id: @Sendable (Item) -> ID
    /// The items that a reader knows, in the order in which they were last listed.
    private var known: [(id: ID, item: Item)] = []

    init(id: @escaping @Sendable (Item) -> ID) {
        self.id = id
    }

    mutating func difference(to update: WatchUpdate<[Item]>) -> WatchDifference<Item> {
        guard let answer = update.answer else {
            return WatchDifference(update: update, added: [], changed: [], removed: [])
        }
        let before = Dictionary(known.map { ($0.id, $0.item) }, uniquingKeysWith: { $1 })
        let now = Dictionary(answer.value.map { (id($0), $0) }, uniquingKeysWith: { $1 })
        let isComplete = answer.metadata.filteredByACLs != true
        let missing = known.filter { now[$0.id] == nil }
        var (added, changed, listed): ([Item], [Item], [(id: ID, item: Item)]) = ([], [], [])
        var seen: Set<ID> = []
        for id in answer.value.map(id) where seen.insert(id).inserted {
            guard let item = now[id] else { continue }
            listed.append((id, item))
            if let old = before[id] {
                if old != item { changed.append(item) }
            } else {
                added.append(item)
            }
        }
        known = listed + (isComplete ? [] : missing)
        return WatchDifference(
            update: update,
            added: added,
            changed: changed,
            removed: isComplete ? missing.map(\.item) : []
        )
    }
}
