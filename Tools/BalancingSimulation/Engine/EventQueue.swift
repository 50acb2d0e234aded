// SPDX-License-Identifier: Apache-2.0

/// The future events in order: a binary heap.
///
/// It is written for one type, on memory of its own: a generic heap on an array takes several times as long in a debug
/// build, and the tests simulate in debug builds, where they must remain quick.
final class EventQueue {
    private var heap: UnsafeMutablePointer<Event>
    private var capacity = 1024
    private var count = 0
    private var added = 0

    init() {
        heap = .allocate(capacity: capacity)
    }

    deinit {
        // Events are plain values without deinitialization.
        heap.deallocate()
    }

    func add(_ kind: Event.Kind, at time: Int64) {
        if count == capacity { grow() }
        let event = Event(time: time, number: added, kind: kind)
        added &+= 1
        var child = count
        count &+= 1
        while child > 0 {
            let parent = (child &- 1) / 2
            if !(event < heap[parent]) { break }
            (heap + child).initialize(to: heap[parent])
            child = parent
        }
        (heap + child).initialize(to: event)
    }

    func next() -> Event? {
        if count == 0 { return nil }
        let first = heap[0]
        count &-= 1
        if count > 0 { sink(heap[count]) }
        return first
    }

    private func sink(_ event: Event) {
        let (heap, count) = (heap, count)
        var parent = 0
        while true {
            var child = 2 &* parent &+ 1
            if child >= count { break }
            if child &+ 1 < count, heap[child &+ 1] < heap[child] { child &+= 1 }
            if !(heap[child] < event) { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = event
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Event>.allocate(capacity: 2 * capacity)
        larger.moveInitialize(from: heap, count: count)
        heap.deallocate()
        heap = larger
        capacity *= 2
    }
}
