// SPDX-License-Identifier: Apache-2.0

/// A reply to be sent by a scripted server, and how it is written down.
public struct DNSReply: Sendable {
    /// The transaction it belongs to.
    public var id: UInt16
    /// The name asked for, nil for a reply without a question.
    public var questionName: DNSName?
    /// The type asked for.
    public var questionType: UInt16
    /// The response code.
    public var code = DNSReplyCode.noError
    /// Whether the server speaks for the zone, as Consul does for its own.
    public var isAuthoritative = true
    /// Whether the reply says of itself that something is missing.
    public var isTruncated = false
    /// Whether the server would recurse.
    public var recursionAvailable = false
    /// The answers.
    public var answers: [DNSRecord] = []
    /// The authority section.
    public var authority: [DNSRecord] = []
    /// The additional section.
    public var additional: [DNSRecord] = []
    /// How names are written.
    public var compression = DNSCompression.consul

    /// An empty, successful reply that fits the query.
    public init(to query: ScriptedQuery) {
        id = query.id
        questionName = DNSName(query.name)
        questionType = query.type
    }

    /// An empty, successful reply to a question that nobody asked over the wire.
    public init(id: UInt16 = 0, name: DNSName, type: UInt16) {
        self.id = id
        questionName = name
        questionType = type
    }

    /// This reply after a change: for replies made in one expression.
    public func with(_ change: (inout DNSReply) -> Void) -> DNSReply {
        var changed = self
        change(&changed)
        return changed
    }

    /// The message.
    public var bytes: [UInt8] {
        var writer = DNSMessageWriter(compression: compression)
        writer.write(id)
        writer.write(flags)
        writer.write(UInt16(questionName == nil ? 0 : 1))
        for section in [answers, authority, additional] { writer.write(UInt16(truncatingIfNeeded: section.count)) }
        if let questionName {
            writer.write(questionName)
            writer.write(questionType)
            writer.write(UInt16(1))
        }
        for record in answers + authority + additional { writer.write(record) }
        return writer.bytes
    }

    /// Recursion desired is always set: Consul copies it from the query, and every resolver sets it.
    private var flags: UInt16 {
        var flags: UInt16 = 0x8100 | UInt16(code.rawValue)
        if isAuthoritative { flags |= 0x0400 }
        if isTruncated { flags |= 0x0200 }
        if recursionAvailable { flags |= 0x0080 }
        return flags
    }
}
