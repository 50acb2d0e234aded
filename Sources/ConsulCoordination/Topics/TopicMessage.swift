// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// A message of a ``Topic``.
public struct TopicMessage: Hashable, Sendable, Identifiable {
    /// The position in the topic. Messages are numbered from 1 without holes, in the order of publication.
    public let sequence: UInt64

    /// The ID that the publisher chose. Two messages with one ID are the same message, published again after an answer
    /// was lost.
    public let id: String

    /// The time of publication, since 1970, in whole seconds, by the clock of the publisher.
    public let published: Duration

    /// The payload.
    public let payload: [UInt8]

    /// The ID of the topic; `nil` until a reader has checked that the message belongs to it.
    var topic: String?

    /// The payload as text; `nil` if it is not UTF-8.
    public var text: String? { String(validating: payload, as: UTF8.self) }
}

extension TopicMessage {
    /// The value of the message's key: a line of JSON, and the payload as it is, so that `consul kv get` shows both.
    var stored: [UInt8] {
        let header = JSON.object(["id": .string(id), "time": .integer(Int(published.components.seconds))])
        return Array(header.description.utf8) + [UInt8(ascii: "\n")] + payload
    }

    /// Reads the value of a message's key; `nil` if another program wrote it.
    init?(stored value: [UInt8], at sequence: UInt64) {
        guard let end = value.firstIndex(of: UInt8(ascii: "\n")),
            let header = try? JSONReader.decode(Header.self, from: value.span.extracting(..<end)), !header.id.isEmpty
        else { return nil }
        self.init(
            sequence: sequence,
            id: header.id,
            published: .seconds(header.time),
            payload: Array(value[(end + 1)...])
        )
    }

    private struct Header: JSONReadable {
        var id = ""
        var time = 0

        init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
            guard try reader.beginObject(in: bytes) else { return }
            while let key = try reader.nextKey(in: bytes) {
                switch key {
                case "id": id = try reader.read(in: bytes)
                case "time": time = try reader.read(in: bytes)
                default: try reader.skipValue(in: bytes)
                }
            }
        }
    }
}

/// Random names: 128 bits in hexadecimal digits.
enum RandomName {
    static func make() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
