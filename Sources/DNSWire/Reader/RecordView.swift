// SPDX-License-Identifier: Apache-2.0

/// A record inside a message, without a copy: its fixed fields, and the offsets of its name and its data.
public struct RecordView: Hashable, Sendable {
    /// The section of the message that contains the record.
    public var section: MessageSection

    /// The owner name of the record.
    public var owner: EncodedName

    /// The type of the record.
    public var type: RecordType

    /// The class; for OPT the largest UDP message that the sender accepts.
    public var recordClass: RecordClass

    /// The TTL field, unchanged; see `ttl` for its meaning.
    public var ttlField: UInt32

    /// The offset of the first byte of the data.
    public var dataOffset: Int

    /// The number of bytes of the data. The cursor has checked that they are within the message.
    public var dataCount: Int

    /// The number of seconds for which the record may be cached.
    ///
    /// Zero if the top bit is set, because the sender cannot have meant 68 years or more (RFC 2181 section 8), and for
    /// OPT, which has flags in this field (RFC 6891 section 6.1.3).
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
