// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// The limits of the messages that a ``Topic`` keeps. The servers of Consul keep all of them in memory.
///
/// A publisher deletes messages beyond its limits while it publishes, in the same transaction. A topic without new
/// messages keeps its last ones.
public struct TopicRetention: Hashable, Sendable {
    /// The number of messages.
    package var count: Int

    /// The age; `nil` for no limit.
    package var age: Duration?

    /// Creates limits.
    ///
    /// - Parameters:
    ///   - count: The number of messages, at least 1. Default 1000.
    ///   - age: The age, by the clocks of the publishers; `nil`, the default, for no limit. Whole seconds count. A message
    ///     is deleted up to a sixteenth of this time late.
    public init(count: Int = 1000, age: Duration? = nil) {
        (self.count, self.age) = (count, age)
    }
}

/// The head of a topic: the positions of its first and last message. Each publication replaces it by check-and-set in
/// the transaction that writes the message, which puts all messages into one order.
///
/// A pure value, which also decides which messages expire.
struct TopicHead: Hashable, Sendable {
    /// Marks the head's entry as that of a topic: "constopi" in ASCII.
    static let flags: UInt64 = 0x636f_6e73_746f_7069
    /// The number of marks that an age is measured with.
    private static let marksPerAge: Int64 = 16
    /// The maximum number of marks. Publishers with different ages may write more than one of them needs.
    private static let mostMarks = 32

    /// The time at which one message was published. All messages before it are older.
    private struct Mark: Hashable, Sendable {
        var sequence: UInt64
        var time: Int64
    }

    /// A random name, which tells this topic from a later one under the same key.
    let id: String
    /// The first message that is kept, once there is one.
    private(set) var first: UInt64 = 1
    /// The last message; 0 before the first publication.
    private(set) var last: UInt64 = 0
    private var marks: [Mark] = []

    /// Creates the head of a new topic.
    init(id: String) {
        self.id = id
    }

    /// Appends messages, and takes expired ones off the other end.
    ///
    /// - Parameters:
    ///   - count: The number of messages, at least 1.
    ///   - time: The publisher's time, in seconds since 1970.
    ///   - retention: The publisher's limits.
    ///   - limit: The maximum number of messages that expire. The others expire with the next publications.
    /// - Returns: The positions of the new messages, and of those that expire.
    mutating func append(
        _ count: Int,
        at time: Int64,
        keeping retention: TopicRetention,
        expiringAtMost limit: Int
    ) -> (new: ClosedRange<UInt64>, expired: Range<UInt64>) {
        let new = last + 1...last + UInt64(count)
        last = new.upperBound
        let most = UInt64(max(retention.count, 1))
        var kept = last >= most ? last - most + 1 : 1
        if let age = retention.age {
            let age = max(age.components.seconds, 1)
            if let old = marks.lastIndex(where: { time - $0.time >= age }) {
                kept = max(kept, marks[old].sequence)
                marks.removeFirst(old)
            }
            mark(new.lowerBound, at: time, every: max(age / Self.marksPerAge, 1))
        }
        // A publication never deletes its own messages: one position in a transaction is either written or deleted.
        kept = min(max(kept, first), new.lowerBound)
        let expired = first..<min(kept, first + UInt64(max(limit, 0)))
        first = expired.upperBound
        return (new, expired)
    }

    private mutating func mark(_ sequence: UInt64, at time: Int64, every interval: Int64) {
        // A clock behind those of other publishers adds no mark.
        if let last = marks.last, time - last.time < interval { return }
        marks.append(Mark(sequence: sequence, time: time))
        if marks.count > Self.mostMarks { marks.remove(at: 1) }
    }
}

extension TopicHead: JSONReadable {
    var stored: [UInt8] {
        let marks = marks.map { JSON.array([.unsigned($0.sequence), .integer(Int($0.time))]) }
        let object: JSON = .object([
            "id": .string(id), "first": .unsigned(first), "last": .unsigned(last), "marks": .array(marks),
        ])
        return Array(object.description.utf8)
    }

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        var id = ""
        var (first, last): (UInt64, UInt64) = (1, 0)
        var marks: [[UInt64]] = []
        guard try reader.beginObject(in: bytes) else { throw JSONError(.expectedObject, at: reader.offset) }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "id": id = try reader.read(in: bytes)
            case "first": first = try reader.read(in: bytes)
            case "last": last = try reader.read(in: bytes)
            case "marks": marks = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
        self.init(id: id)
        (self.first, self.last) = (first, last)
        self.marks = marks.compactMap { pair in
            pair.count == 2 ? Mark(sequence: pair[0], time: Int64(clamping: pair[1])) : nil
        }
    }

    /// Reads the entry of a head.
    ///
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/conflict`` if the entry is another program's, with
    ///   ``CoordinationError/Code/corrupt`` if it cannot be read.
    init(_ entry: KeyValueEntry) throws(CoordinationError) {
        guard entry.flags == Self.flags else {
            throw CoordinationError(.conflict, "the key \"\(entry.key)\" holds data of another program, and no topic")
        }
        do {
            self = try JSONReader.decode(TopicHead.self, from: entry.value.span)
        } catch {
            throw CoordinationError(.corrupt, "the head of the topic, \"\(entry.key)\", is damaged", underlying: error)
        }
        guard !id.isEmpty, first >= 1, first <= last + 1, last < .max / 2 else {
            throw CoordinationError(.corrupt, "the head of the topic, \"\(entry.key)\", is damaged")
        }
    }
}
