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
    // Two arrays instead of one array of a nested type: a type nested in a generic one is copied by calls through its
    // metadata.
    private var generations: [UInt32] = []
    private var elements: [Element?] = []
    private var free: [UInt32] = []

    var count: Int { elements.count - free.count }

    mutating func insert(_ element: Element) -> SlotID {
        if let index = free.popLast() {
            elements[Int(index)] = element
            return SlotID(index: index, generation: generations[Int(index)])
        }
        elements.append(element)
        generations.append(0)
        return SlotID(index: UInt32(elements.count - 1), generation: 0)
    }

    subscript(id: SlotID) -> Element? {
        _read {
            if contains(id) {
                yield elements[Int(id.index)]
            } else {
                yield nil
            }
        }
        _modify {
            precondition(contains(id), "a stale ID cannot be written to")
            yield &elements[Int(id.index)]
        }
    }

    func contains(_ id: SlotID) -> Bool {
        Int(id.index) < generations.count && generations[Int(id.index)] == id.generation
            && elements[Int(id.index)] != nil
    }

    @discardableResult
    mutating func remove(_ id: SlotID) -> Element? {
        guard contains(id) else { return nil }
        let element = elements[Int(id.index)].take()
        generations[Int(id.index)] &+= 1
        free.append(id.index)
        return element
    }

    /// The IDs of all elements, in no particular order.
    var ids: [SlotID] {
        elements.indices.compactMap { index in
            elements[index] == nil ? nil : SlotID(index: UInt32(index), generation: generations[index])
        }
    }
}
