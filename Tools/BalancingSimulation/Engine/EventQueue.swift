// SPDX-License-Identifier: Apache-2.0

/// What is going to happen, in order: a binary heap.
///
/// Written out for one type: a generic one is ten times as slow in a debug build, in which the tests simulate for as long as
/// anybody is willing to wait.
struct EventQueue {
    private var heap: [Event] = []
    private var added = 0

    mutating func add(_ kind: Event.Kind, at time: Int64) {
        let event = Event(time: time, number: added, kind: kind)
        added &+= 1
        heap.append(event)
        var child = heap.count &- 1
        while child > 0 {
            let parent = (child &- 1) / 2
            if !(event < heap[parent]) { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = event
    }

    mutating func next() -> Event? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty { sink(last) }
        return first
    }

    private mutating func sink(_ event: Event) {
        let count = heap.count
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
}
