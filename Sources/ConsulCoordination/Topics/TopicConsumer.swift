// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers

extension Topic {
    /// Returns a consumer. Its position is stored under its name beside the topic.
    ///
    /// A consumer that is new is created at its start, so that it misses no message from then on, even if it stops
    /// before it acknowledges one. Run one consumer of a name at a time, for instance under a lock: two of them receive
    /// the same messages.
    ///
    /// - Parameters:
    ///   - name: The name, without slashes.
    ///   - start: The first message of a consumer that is new; ignored if a position is stored. Default
    ///     ``TopicStart/beginning``.
    /// - Throws: ``CoordinationError`` for an invalid name, or if a key holds data of another program;
    ///   ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func consumer(_ name: String, from start: TopicStart = .beginning) async throws -> TopicConsumer {
        guard !name.isEmpty, !name.contains("/") else {
            throw CoordinationError(.invalidArgument, "\"\(name)\" names no consumer: a name has no slashes")
        }
        let consumer = TopicConsumer(name: name, store: store)
        try await consumer.open(from: start)
        return consumer
    }
}

/// A reader of a ``Topic`` that stores how far it has come, from ``Topic/consumer(_:from:)``.
///
/// A message is delivered again, by this object or by one of the same name after a restart, until it is acknowledged.
public final class TopicConsumer: Sendable {
    /// The name.
    package let name: String

    private let store: TopicStore
    private let cursor: NIOLockedValueBox<TopicCursor>

    fileprivate init(name: String, store: TopicStore) {
        (self.name, self.store) = (name, store)
        cursor = NIOLockedValueBox(TopicCursor(position: TopicPosition(topic: nil, next: 1), index: 0))
    }

    /// The messages after the last one that was acknowledged. Each iteration begins there.
    public var messages: TopicSubscription {
        get throws(CoordinationError) {
            TopicSubscription(store: store, heads: try store.heads()) { [cursor] in
                cursor.withLockedValue { $0.position }
            }
        }
    }

    /// Stores that a message and all messages before it were handled. It is one write to the log of all servers; to
    /// save writes, acknowledge only every tenth message or so.
    ///
    /// The position only moves forward: to acknowledge a message again or late has no effect.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; ``CoordinationError`` if the key holds data of another program, or if
    ///   Consul refuses the write; `CancellationError`. The acknowledgment may be repeated.
    public func acknowledge(_ message: TopicMessage) async throws {
        let wanted = TopicPosition(topic: message.topic, next: message.sequence + 1)
        var known = cursor.withLockedValue { $0 }
        // Refused attempts mean that another consumer of the name writes, and each of those moves the position forward.
        for _ in 0..<Self.mostAttempts {
            if known.position.topic == wanted.topic, known.position.next >= wanted.next { return adopt(known) }
            do {
                known = try await write(TopicCursor(position: wanted, index: known.index))
            } catch is TransactionRefusal {
                known = try await read() ?? TopicCursor(position: TopicPosition(topic: nil, next: 1), index: 0)
            } catch let error as ConsulHTTPError where error.isOfUnknownOutcome {
                known = try await read() ?? known
            }
        }
        throw CoordinationError(.refused, "Consul did not store the position of consumer \"\(name)\"")
    }

    private static let mostAttempts = 20

    // MARK: -

    fileprivate func open(from start: TopicStart) async throws {
        let head = try await store.head(.consistent).head
        for _ in 0..<Self.mostAttempts {
            if let stored = try await read() { return adopt(stored) }
            do {
                return adopt(try await write(TopicCursor(position: start.position(in: head), index: 0)))
            } catch is TransactionRefusal {
                // Another consumer of the name was first.
                continue
            }
        }
        throw CoordinationError(.refused, "Consul did not store the position of consumer \"\(name)\"")
    }

    private func read() async throws -> TopicCursor? {
        try await store.store.entry(store.cursorKey(name), consistency: .consistent).value
            .map { entry in try TopicCursor(entry) }
    }

    private func write(_ cursor: TopicCursor) async throws -> TopicCursor {
        let key = store.cursorKey(name)
        let entries = try await store.store.commit([
            .set(key, cursor.stored, flags: TopicCursor.flags, ifUnchangedSince: cursor.index)
        ])
        return TopicCursor(position: cursor.position, index: entries.first?.modifyIndex ?? 0)
    }

    private func adopt(_ new: TopicCursor) {
        cursor.withLockedValue { if new.index >= $0.index { $0 = new } }
    }
}

/// The stored position of a consumer, and the index of its entry for check-and-set.
struct TopicCursor: Hashable, Sendable {
    /// Marks the entry as that of a cursor: "conscurs" in ASCII.
    static let flags: UInt64 = 0x636f_6e73_6375_7273

    var position: TopicPosition
    var index: UInt64
}

extension TopicCursor {
    var stored: [UInt8] {
        let object = JSON.object(["topic": JSON(position.topic), "next": .unsigned(position.next)])
        return Array(object.description.utf8)
    }

    init(_ entry: KeyValueEntry) throws(CoordinationError) {
        guard entry.flags == Self.flags else {
            throw CoordinationError(
                .conflict,
                "the key \"\(entry.key)\" holds data of another program, and no position"
            )
        }
        do {
            let stored = try JSONReader.decode(Stored.self, from: entry.value.span)
            self.init(
                position: TopicPosition(topic: stored.topic, next: max(stored.next, 1)),
                index: entry.modifyIndex
            )
        } catch {
            throw CoordinationError(.corrupt, "the position \"\(entry.key)\" is damaged", underlying: error)
        }
    }

    private struct Stored: JSONReadable {
        var topic: String?
        var next: UInt64 = 1

        init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
            guard try reader.beginObject(in: bytes) else { return }
            while let key = try reader.nextKey(in: bytes) {
                switch key {
                case "topic": topic = try reader.readNonEmpty(in: bytes)
                case "next": next = try reader.read(in: bytes)
                default: try reader.skipValue(in: bytes)
                }
            }
        }
    }
}

extension ConsulHTTPError {
    /// True if the write may have been applied.
    fileprivate var isOfUnknownOutcome: Bool {
        switch code {
        case .transport, .timedOut, .serverError: true
        default: false
        }
    }
}
