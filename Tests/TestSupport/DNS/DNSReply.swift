// SPDX-License-Identifier: Apache-2.0

/// A reply of a scripted server, with the details of its encoding.
public struct DNSReply: Sendable {
    /// The transaction ID.
    public var id: UInt16
    /// The name in the question; nil for a reply without a question.
    public var questionName: DNSName?
    /// The type in the question.
    public var questionType: UInt16
    /// The response code.
    public var code = DNSReplyCode.noError
    /// True if the server is an authority for the zone, as Consul is for its own.
    public var isAuthoritative = true
    /// True if the TC flag is set: the reply says that records are missing.
    public var isTruncated = false
    /// True if the RA flag is set: the server offers recursion.
    public var recursionAvailable = false
    /// The answer section.
    public var answers: [DNSRecord] = []
    /// The authority section.
    public var authority: [DNSRecord] = []
    /// The additional section.
    public var additional: [DNSRecord] = []
    /// The compression of names.
    public var compression = DNSCompression.consul

    /// Makes an empty, successful reply to the query.
    public init(to query: ScriptedQuery) {
        id = query.id
        questionName = DNSName(query.name)
        questionType = query.type
    }

    /// Makes an empty, successful reply to a question without a query on the wire.
    public init(id: UInt16 = 0, name: DNSName, type: UInt16) {
        self.id = id
        questionName = name
        questionType = type
    }

    /// Returns a changed copy, for replies made in one expression.
    public func with(_ change: (inout DNSReply) -> Void) -> DNSReply {
        var changed = self
        change(&changed)
        return changed
    }

    /// The encoded message.
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

    /// The flags. Recursion desired is always set: Consul copies it from the query, and every resolver sets it.
    private var flags: UInt16 {
        var flags: UInt16 = 0x8100 | UInt16(code.rawValue)
        if isAuthoritative { flags |= 0x0400 }
        if isTruncated { flags |= 0x0200 }
        if recursionAvailable { flags |= 0x0080 }
        return flags
    }
}
