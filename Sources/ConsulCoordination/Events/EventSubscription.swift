// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// An element of an ``EventSubscription``.
public enum EventDelivery: Sendable {
    /// A new event.
    case event(ConsulEvent)

    /// Events may have been missed before the next one: more than 256 arrived at the agent since the last reading, or
    /// the agent lost its memory. A program that follows a state by events now reads the whole state.
    case gap

    /// The agent cannot be read at the moment. The subscription goes on by itself when it can, and delivers the events
    /// that have arrived at the agent in the meantime.
    case interrupted(ConsulHTTPError)
}

/// A subscription to events, from ``EventBus/subscribe(to:from:)``.
///
/// Each iteration begins at the moment of the subscription, and delivers each event once: Consul sometimes tells an
/// event twice, with the same ID. A slow iteration delays no other and needs no buffer of its own, as the agent keeps
/// the last 256 events. An iteration that falls behind further receives ``EventDelivery/gap``, and then those 256.
///
/// An iteration ends when its task is canceled or the client is shut down. Outages of Consul do not end it. It throws if
/// Consul refuses its query as invalid, or if the client was shut down before it began. If the connection to the agent
/// dies without a sign, events arrive a few seconds late.
public struct EventSubscription: AsyncSequence, Sendable {
    let readings: ConsulWatch<[ConsulEvent]>
    let name: String?
    let cursor: EventCursor

    /// Begins an iteration at the moment of the subscription.
    public func makeAsyncIterator() -> Iterator {
        Iterator(readings: readings.makeAsyncIterator(), name: name, cursor: cursor)
    }

    /// The iterator of one subscriber.
    public struct Iterator: AsyncIteratorProtocol {
        private var readings: ConsulWatch<[ConsulEvent]>.Iterator
        private let name: String?
        private var cursor: EventCursor
        /// The elements of the last reading that have not been delivered, the next one last. At most a buffer full of
        /// events, a gap and an interruption.
        private var pending: [EventDelivery] = []

        init(readings: ConsulWatch<[ConsulEvent]>.Iterator, name: String?, cursor: EventCursor) {
            (self.readings, self.name, self.cursor) = (readings, name, cursor)
        }

        /// Waits for the next element.
        ///
        /// - Returns: The element; `nil` if the task was canceled, or if the client was shut down in the meantime.
        /// - Throws: The error that ended the subscription, once; later calls return `nil`.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ConsulHTTPError) -> EventDelivery? {
            while !Task.isCancelled {
                if let element = pending.popLast() { return element }
                guard let update = try await readings.next(isolation: actor) else { return nil }
                take(update)
            }
            return nil
        }

        private mutating func take(_ update: WatchUpdate<[ConsulEvent]>) {
            if let buffer = update.value {
                let news = cursor.advance(to: buffer)
                if news.hasGap { pending.append(.gap) }
                pending += news.events.filter { name == nil || $0.name == name }.map(EventDelivery.event)
            }
            if let error = update.interruption {
                cursor.interrupted()
                pending.append(.interrupted(error))
            }
            pending.reverse()
        }
    }
}
