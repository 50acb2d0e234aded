// SPDX-License-Identifier: Apache-2.0

/// A position in a topic.
struct TopicPosition: Hashable, Sendable {
    /// The ID of the topic; `nil` if it did not exist yet.
    var topic: String?
    /// The next message.
    var next: UInt64
}

/// Decides which message one reader receives next, and what has to be read for that.
///
/// A pure value: heads and messages go in, the next action comes out.
struct TopicReading: Sendable {
    enum Step: Hashable, Sendable {
        /// Deliver a message.
        case deliver(TopicMessage)
        /// Report messages that are gone; `nil` for unknown positions.
        case gap(missing: Range<UInt64>?)
        /// Read the block of messages that this one belongs to.
        case read(UInt64)
        /// Read the head and this message, both consistently: the message should exist, and a read did not show it.
        case verify(UInt64)
        /// Read the head consistently: it is behind the position.
        case verifyHead
        /// Wait for a change of the head.
        case wait
    }

    private(set) var position: TopicPosition
    private var head: TopicHead?
    private var isHeadVerified = false
    /// The messages that were read and not delivered, the next one last.
    private var messages: [TopicMessage] = []
    /// The next message at the time of the last read of a block.
    private var lastRead: UInt64?

    init(at position: TopicPosition) {
        self.position = position
    }

    /// Takes the head; `nil` if the topic does not exist.
    ///
    /// - Parameter isVerified: True if it comes from a consistent read.
    mutating func headRead(_ head: TopicHead?, isVerified: Bool = false) {
        self.head = head
        isHeadVerified = isVerified
        // A message that was missing may have been published in the meantime.
        lastRead = nil
    }

    /// Takes the messages of a block.
    mutating func blockRead(_ block: [TopicMessage]) {
        lastRead = position.next
        let last = head?.last ?? 0
        messages = block.filter { $0.sequence >= position.next && $0.sequence <= last }
            .sorted { $0.sequence > $1.sequence }
    }

    /// Takes the result of a verification; `nil` if there is no such message.
    ///
    /// - Returns: The positions of messages that are gone, if any.
    mutating func verified(_ sequence: UInt64, _ message: TopicMessage?) -> Range<UInt64>? {
        // The head that was read at the same time may show that the message has expired, or that it is another topic's.
        guard sequence == position.next, let head, head.id == position.topic, sequence >= head.first,
            sequence <= head.last
        else { return nil }
        if let message {
            (messages, lastRead) = ([message], sequence)
            return nil
        }
        // Deleted or overwritten by another program.
        position.next += 1
        return sequence..<position.next
    }

    /// Returns the next action.
    mutating func step() -> Step {
        guard let head else { return .wait }
        guard head.id == position.topic else { return enter(head) }
        if position.next < head.first { return skip(to: head.first) }
        guard position.next <= head.last else {
            // Behind by more than a message: a deposed leader has answered, or Consul was restored from a snapshot.
            guard position.next > head.last + 1 else { return .wait }
            guard isHeadVerified else { return .verifyHead }
            position.next = head.last + 1
            return .gap(missing: nil)
        }
        if var message = messages.last, message.sequence == position.next {
            messages.removeLast()
            message.topic = head.id
            position.next += 1
            return .deliver(message)
        }
        return lastRead == position.next ? .verify(position.next) : .read(position.next)
    }

    /// Begins a topic that did not exist before, or that has replaced the one before.
    private mutating func enter(_ head: TopicHead) -> Step {
        let isNew = position.topic == nil
        guard isNew || isHeadVerified else { return .verifyHead }
        position = TopicPosition(topic: head.id, next: isNew ? 1 : head.first)
        (messages, lastRead) = ([], nil)
        return isNew ? step() : .gap(missing: nil)
    }

    private mutating func skip(to first: UInt64) -> Step {
        let missing = position.next..<first
        position.next = first
        messages.removeAll { $0.sequence < first }
        return .gap(missing: missing)
    }
}
