// SPDX-License-Identifier: Apache-2.0

/// Decides which events of an agent's buffer are new to one subscriber, and whether it may have missed some.
///
/// An agent keeps the last 256 events of all names that it received, oldest first, in memory. A reading returns all of
/// them. Events that were overwritten between two readings are lost, and so are those that the agent missed while it
/// was down. Both show in the same way: the last event of the reading before is absent. That is why a cursor needs the
/// whole buffer, and not only the events of one name: an event of a rare name leaves the buffer without any loss.
///
/// A pure value: readings go in, new events come out.
struct EventCursor: Sendable {
    /// The number of events in an agent's buffer, and of IDs that a cursor remembers.
    static let capacity = 256

    /// The news in one reading.
    struct News: Equatable, Sendable {
        /// True if events may have been missed before the first of ``events``.
        var hasGap = false
        /// The new events, oldest first.
        var events: [ConsulEvent] = []
    }

    /// The last event of the last reading.
    private enum Position {
        case unread
        /// The buffer was empty.
        case empty
        case after(ConsulEvent.ID)
    }

    private var position = Position.unread
    /// True if Consul could not be read since the buffer was empty. The absence of an event shows that the agent was
    /// down, and an empty buffer has no event.
    private var isDoubtful = false
    /// The IDs of known events, each once. An agent sometimes buffers an event twice, and receives the last ones again
    /// from another agent after it has rejoined.
    private var known: Set<ConsulEvent.ID> = []
    /// The same IDs in the order of their arrival. From ``oldest`` on, it is a ring.
    private var order: [ConsulEvent.ID] = []
    private var oldest = 0

    /// Creates a cursor that takes all events of its first reading as new.
    init() {}

    /// Creates a cursor that takes the events of a reading as known.
    init(after buffer: [ConsulEvent]) {
        _ = advance(to: buffer)
    }

    /// Records that Consul could not be read.
    mutating func interrupted() {
        if case .empty = position { isDoubtful = true }
    }

    /// Takes a reading of the whole buffer.
    mutating func advance(to buffer: [ConsulEvent]) -> News {
        var ids: Set<ConsulEvent.ID> = []
        let new = buffer.filter { !known.contains($0.id) && ids.insert($0.id).inserted }
        let news = News(hasGap: isGap(before: buffer), events: new)
        // Only now: an event that is remembered displaces another one, which may be in the same buffer.
        for event in new { remember(event.id) }
        position = buffer.last.map { .after($0.id) } ?? .empty
        isDoubtful = false
        return news
    }

    private func isGap(before buffer: [ConsulEvent]) -> Bool {
        switch position {
        case .unread: false
        // A full buffer may have overwritten the first events after the reading.
        case .empty: isDoubtful || buffer.count >= Self.capacity
        // An agent behind a load balancer may be replaced by another one with another order of events. Hence the event
        // may stand anywhere, and new events before it.
        case .after(let last): !buffer.contains { $0.id == last }
        }
    }

    private mutating func remember(_ id: ConsulEvent.ID) {
        known.insert(id)
        if order.count < Self.capacity {
            order.append(id)
        } else {
            known.remove(order[oldest])
            order[oldest] = id
            oldest = (oldest + 1) % Self.capacity
        }
    }
}
