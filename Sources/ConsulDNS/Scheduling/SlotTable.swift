// SPDX-License-Identifier: Apache-2.0

/// The ID of an element of a ``SlotTable``. It never resolves to a later element in the same slot.
struct SlotID: Hashable, Sendable {
    let index: UInt32
    let generation: UInt32

    init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    /// Restores an ID from the form that is passed through C.
    init(rawValue: UInt64) {
        self.init(index: UInt32(truncatingIfNeeded: rawValue), generation: UInt32(truncatingIfNeeded: rawValue >> 32))
    }

    var rawValue: UInt64 { UInt64(generation) << 32 | UInt64(index) }
}

/// Elements with stable IDs: O(1) insertion, lookup and removal without hashing. A stale ID never resolves to a newer
/// element.
struct SlotTable<Element> {
    private struct Slot {
        var generation: UInt32
        var element: Element?
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []

    private(set) var count = 0

    mutating func insert(_ element: Element) -> SlotID {
        count += 1
        if let index = free.popLast() {
            slots[Int(index)].element = element
            return SlotID(index: index, generation: slots[Int(index)].generation)
        }
        slots.append(Slot(generation: 0, element: element))
        return SlotID(index: UInt32(slots.count - 1), generation: 0)
    }

    subscript(id: SlotID) -> Element? {
        _read {
            if contains(id) {
                yield slots[Int(id.index)].element
            } else {
                yield nil
            }
        }
        _modify {
            precondition(contains(id), "a stale ID cannot be written to")
            yield &slots[Int(id.index)].element
        }
    }

    func contains(_ id: SlotID) -> Bool {
        Int(id.index) < slots.count && slots[Int(id.index)].generation == id.generation
            && slots[Int(id.index)].element != nil
    }

    @discardableResult
    mutating func remove(_ id: SlotID) -> Element? {
        guard contains(id) else { return nil }
        let element = slots[Int(id.index)].element
        slots[Int(id.index)].element = nil
        slots[Int(id.index)].generation &+= 1
        free.append(id.index)
        count -= 1
        return element
    }

    /// The IDs of all elements, in no particular order.
    var ids: [SlotID] {
        slots.indices.compactMap { index in
            slots[index].element == nil ? nil : SlotID(index: UInt32(index), generation: slots[index].generation)
        }
    }
}
