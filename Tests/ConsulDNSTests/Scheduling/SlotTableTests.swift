// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulDNS

struct SlotTableTests {
    @Test func `A slot table finds an element by its ID until it is removed`() {
        var table = SlotTable<String>()
        let first = table.insert("first")
        let second = table.insert("second")
        #expect(table[first] == "first")
        #expect(table.count == 2)
        #expect(table.remove(first) == "first")
        #expect(table[first] == nil)
        #expect(!table.contains(first))
        #expect(table.remove(first) == nil)
        #expect(table[second] == "second")
        #expect(table.ids == [second])
    }

    @Test
    func `A slot table never resolves a stale ID to the next element of the slot`() {
        var table = SlotTable<Int>()
        let old = table.insert(1)
        table.remove(old)
        let new = table.insert(2)
        #expect(new.index == old.index)
        #expect(new != old)
        #expect(table[old] == nil)
        #expect(table[new] == 2)
    }

    @Test func `A slot table changes an element in place`() {
        var table = SlotTable<[Int]>()
        let id = table.insert([1])
        table[id]?.append(2)
        #expect(table[id] == [1, 2])
    }

    @Test func `A slot table finds no element for an unknown ID`() {
        let table = SlotTable<Int>()
        #expect(table[SlotID(index: 7, generation: 0)] == nil)
        #expect(table.ids.isEmpty)
    }

    @Test(
        arguments: [(0, 0), (1, 0), (0, 1), (7, 9), (.max, .max)] as [(UInt32, UInt32)]
    )
    func `The ID of a slot survives the conversion to an integer`(index: UInt32, generation: UInt32) {
        let id = SlotID(index: index, generation: generation)
        #expect(SlotID(rawValue: id.rawValue) == id)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `A slot table holds what a dictionary would, after any insertions and removals`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = SlotTable<UInt64>()
        var model: [SlotID: UInt64] = [:]
        var gone: [SlotID] = []
        for _ in 0..<3000 {
            if random.happens(0.55) {
                let element = random.next()
                let id = table.insert(element)
                #expect(model.updateValue(element, forKey: id) == nil)
            } else if let id = model.keys.sorted(by: { $0.rawValue < $1.rawValue }).randomElement(using: &random) {
                #expect(table.remove(id) == model.removeValue(forKey: id))
                gone.append(id)
            }
            if let id = gone.randomElement(using: &random) { #expect(table[id] == nil) }
        }
        #expect(table.count == model.count)
        #expect(Set(table.ids) == Set(model.keys))
        #expect(model.allSatisfy { table[$0.key] == $0.value })
    }
}
