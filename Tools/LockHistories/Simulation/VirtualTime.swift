// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The future events of one schedule, in the order of virtual time: a binary heap.
final class VirtualTime {
    private struct Event {
        let moment: Moment
        /// The order among events of the same moment, so that one seed leads to one history.
        let number: Int
        let action: () -> Void

        static func < (left: Event, right: Event) -> Bool {
            left.moment == right.moment ? left.number < right.number : left.moment < right.moment
        }
    }

    private(set) var now = Moment(nanoseconds: 0)
    private var heap: [Event] = []
    private var added = 0

    /// Calls an action after a time.
    func after(_ delay: Duration, _ action: @escaping () -> Void) { at(now + delay, action) }

    /// Calls an action at a moment; at once if that has passed.
    func at(_ moment: Moment, _ action: @escaping () -> Void) {
        heap.append(Event(moment: max(moment, now), number: added, action: action))
        added += 1
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Calls all actions until a moment.
    func run(until end: Moment) {
        while let first = heap.first, first.moment < end {
            removeFirst()
            now = first.moment
            first.action()
        }
        now = end
        heap = []
    }

    private func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(parent, child)
            parent = child
        }
    }
}
