// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

/// The decisions of one subscriber, on readings of an agent's buffer.
struct EventCursorTests {
    private static func event(_ number: Int) -> ConsulEvent {
        ConsulEvent(id: "\(number)", name: "deploy", payload: [], filters: EventFilters())
    }

    private static func events(_ numbers: some Sequence<Int>) -> [ConsulEvent] { numbers.map(event) }

    private static func news(_ numbers: some Sequence<Int>, hasGap: Bool = false) -> EventCursor.News {
        EventCursor.News(hasGap: hasGap, events: events(numbers))
    }

    @Test func `A cursor that begins with the buffer takes all of it as new, without a gap`() {
        var cursor = EventCursor()
        #expect(cursor.advance(to: Self.events(0..<256)) == Self.news(0..<256))
        #expect(cursor.advance(to: Self.events(1..<257)) == Self.news([256]))
    }

    /// V6.
    @Test func `A cursor that begins after a reading does not replay it`() {
        var cursor = EventCursor(after: Self.events(0..<3))
        #expect(cursor.advance(to: Self.events(0..<3)) == Self.news([]))
        #expect(cursor.advance(to: Self.events(0..<5)) == Self.news(3..<5))
    }

    /// V3: an agent may buffer one event twice.
    @Test func `An event with a known ID is not new, wherever it stands in the buffer`() {
        var cursor = EventCursor(after: Self.events([1]))
        #expect(cursor.advance(to: Self.events([1, 2, 1, 2])) == Self.news([2]))
        #expect(cursor.advance(to: Self.events([1, 2, 1, 2, 3, 1])) == Self.news([3]))
        #expect(cursor.advance(to: Self.events([1, 2, 1, 2, 3, 1, 4])) == Self.news([4]))
    }

    @Test func `As many events as the buffer holds may arrive between two readings`() {
        var cursor = EventCursor(after: Self.events(0..<256))
        #expect(cursor.advance(to: Self.events(255..<511)) == Self.news(256..<511))
    }

    /// V5.
    @Test func `The absence of the last event is a gap, and what is left is new`() {
        var cursor = EventCursor(after: Self.events(0..<256))
        #expect(cursor.advance(to: Self.events(300..<556)) == Self.news(300..<556, hasGap: true))
        #expect(cursor.advance(to: Self.events(301..<557)) == Self.news([556]))
    }

    @Test func `An empty buffer after an event is a gap: the agent has restarted`() {
        var cursor = EventCursor(after: Self.events([1]))
        #expect(cursor.advance(to: []) == Self.news([], hasGap: true))
        #expect(cursor.advance(to: []) == Self.news([]))
        #expect(cursor.advance(to: Self.events([2])) == Self.news([2]))
    }

    @Test func `Events that a restarted agent receives again from others are not new`() {
        var cursor = EventCursor(after: Self.events(1...3))
        _ = cursor.advance(to: [])
        #expect(cursor.advance(to: Self.events(1...4)) == Self.news([4]))
    }

    @Test func `A full buffer after an empty one may have lost events`() {
        var cursor = EventCursor(after: [])
        #expect(cursor.advance(to: Self.events(0..<255)) == Self.news(0..<255))
        cursor = EventCursor(after: [])
        #expect(cursor.advance(to: Self.events(0..<256)) == Self.news(0..<256, hasGap: true))
    }

    @Test func `An interruption is a gap only if no event could show that the agent kept its memory`() {
        var cursor = EventCursor(after: [])
        cursor.interrupted()
        #expect(cursor.advance(to: Self.events([1])) == Self.news([1], hasGap: true))
        cursor.interrupted()
        #expect(cursor.advance(to: Self.events([1, 2])) == Self.news([2]))
    }

    @Test func `An agent with the same events in another order brings no event twice, and hides none`() {
        var cursor = EventCursor(after: Self.events([1, 2]))
        #expect(cursor.advance(to: Self.events([3, 2, 1])) == Self.news([3]))
        #expect(cursor.advance(to: Self.events([1, 4, 2, 3])) == Self.news([4]))
    }

    @Test func `A cursor remembers the last 256 IDs`() {
        var cursor = EventCursor(after: Self.events(0..<256))
        for number in 256..<2000 {
            #expect(cursor.advance(to: Self.events((number - 255)...number)) == Self.news([number]))
        }
        // 1744 is the oldest that is remembered, 1743 was forgotten.
        #expect(cursor.advance(to: Self.events([1743, 1744, 1999])) == Self.news([1743]))
    }
}
