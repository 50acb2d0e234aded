// SPDX-License-Identifier: Apache-2.0

/// A record inside a message, without any copy: what its fixed fields say, and where its name and its data are.
public struct RecordView: Hashable, Sendable {
    /// The part of the message that the record stands in.
    public var section: MessageSection

    /// The name that the record is about.
    public var owner: EncodedName

    /// What the record holds.
    public var type: RecordType

    /// The class; for OPT the largest UDP message that the sender takes.
    public var recordClass: RecordClass

    /// The TTL field as it stands; `ttl` for its meaning.
    public var ttlField: UInt32

    /// The offset of the first byte of the data.
    public var dataOffset: Int

    /// How many bytes the data has. The cursor has checked that they are within the message.
    public var dataCount: Int

    /// How many seconds the record may be kept.
    ///
    /// Zero where the top bit is set, because the sender cannot have meant 68 years or more (RFC 2181 section 8), and
    /// for OPT, whose field holds flags (RFC 6891 section 6.1.3).
    @inlinable
    public var ttl: UInt32 {
        ttlField >> 31 == 1 || type == .opt ? 0 : ttlField
    }

    @inlinable
    init(
        section: MessageSection,
        owner: EncodedName,
        type: RecordType,
        recordClass: RecordClass,
        ttlField: UInt32,
        dataOffset: Int,
        dataCount: Int
    ) {
        self.section = section
        self.owner = owner
        self.type = type
        self.recordClass = recordClass
        self.ttlField = ttlField
        self.dataOffset = dataOffset
        self.dataCount = dataCount
    }
}
