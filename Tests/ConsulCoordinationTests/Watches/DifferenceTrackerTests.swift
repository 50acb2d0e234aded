// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulCoordination
@testable import ConsulHTTP

struct DifferenceTrackerTests {
    private struct Item: Hashable, Sendable {
        let name: String
        let number: Int

        init(_ name: String, _ number: Int) { (self.name, self.number) = (name, number) }
    }

    private var tracker = DifferenceTracker<Item, String>(id: \.name)

    private func update(_ items: [Item]?, filtered: Bool? = nil) -> WatchUpdate<[Item]> {
        var (update, metadata) = (WatchUpdate<[Item]>(), QueryMetadata())
        metadata.filteredByACLs = filtered
        update.answer = items.map { ConsulAnswer($0, metadata: metadata) }
        return update
    }

    private mutating func names(_ items: [Item]?, filtered: Bool? = nil) -> [[String]] {
        let difference = tracker.difference(to: update(items, filtered: filtered))
        return [difference.added, difference.changed, difference.removed].map { $0.map(\.name) }
    }

    @Test mutating func `A first list is added as a whole, and an equal one is no difference`() {
        #expect(names([Item("a", 1), Item("b", 1)]) == [["a", "b"], [], []])
        #expect(names([Item("a", 1), Item("b", 1)]) == [[], [], []])
        // The order of a list is no content.
        #expect(names([Item("b", 1), Item("a", 1)]) == [[], [], []])
    }

    @Test mutating func `Items are added, changed and removed in the order of their lists`() {
        _ = names([Item("a", 1), Item("b", 1), Item("c", 1), Item("d", 1)])
        #expect(
            names([Item("e", 1), Item("d", 2), Item("a", 1), Item("c", 2), Item("f", 1)]) == [
                ["e", "f"], ["d", "c"], ["b"],
            ]
        )
        #expect(names([]) == [[], [], ["e", "d", "a", "c", "f"]])
        #expect(names([Item("a", 1)]) == [["a"], [], []])
    }

    @Test mutating func `A state without an answer is no difference`() {
        #expect(names(nil) == [[], [], []])
        _ = names([Item("a", 1)])
        #expect(names(nil) == [[], [], []])
        #expect(names([Item("a", 2)]) == [[], ["a"], []])
    }

    @Test mutating func `Items that the token may no longer read are removed by the first complete list only (W21)`() {
        _ = names([Item("a", 1), Item("b", 1)])
        #expect(names([], filtered: true) == [[], [], []])
        #expect(names([Item("a", 2), Item("c", 1)], filtered: true) == [["c"], ["a"], []])
        // The item that was hidden is back, with other content.
        #expect(names([Item("a", 2), Item("b", 2), Item("c", 1)]) == [[], ["b"], []])
        #expect(names([Item("a", 2)], filtered: true) == [[], [], []])
        #expect(names([Item("a", 2)]) == [[], [], ["b", "c"]])
    }

    @Test mutating func `Of items with one identity, the last one counts`() {
        #expect(names([Item("a", 1), Item("a", 2)]) == [["a"], [], []])
        #expect(names([Item("a", 2)]) == [[], [], []])
    }

    @Test func `Differences add up to the lists, whatever the lists are`() {
        var generator = SeededGenerator(seed: 11)
        var tracker = tracker
        var model: [String: Int] = [:]
        for _ in 0..<500 {
            let items = (0..<6).compactMap { number in
                generator.happens(0.6) ? Item("\(number)", Int.random(in: 0...1, using: &generator)) : nil
            }
            let difference = tracker.difference(to: update(items))
            for item in difference.removed { #expect(model.removeValue(forKey: item.name) == item.number) }
            for item in difference.added { #expect(model.updateValue(item.number, forKey: item.name) == nil) }
            for item in difference.changed {
                let old = model.updateValue(item.number, forKey: item.name)
                #expect(old != nil && old != item.number)
            }
            #expect(model == Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.number) }))
        }
    }
}
