// SPDX-License-Identifier: Apache-2.0

/// A query that can be encoded (RFC 1035 section 4.1).
package struct QueryMessage: Hashable, Sendable {
    /// The number that identifies the reply; unpredictable where an attacker could forge one (RFC 5452 section 9.2).
    package var id: UInt16

    /// The question.
    package var question: Question

    /// RD: true if the server may query other servers. Consul needs it for names outside its own domain only.
    package var recursionDesired: Bool

    /// The maximum size of a UDP reply that EDNS advertises, in bytes; nil for a query without EDNS, with 512 bytes.
    ///
    /// 1232 avoids fragments on every path, and Consul fails to send messages close to 65535 bytes.
    package var ednsPayloadSize: UInt16?

    /// Creates a query, by default with recursion desired and without EDNS.
    package init(id: UInt16, question: Question, recursionDesired: Bool = true, ednsPayloadSize: UInt16? = nil) {
        self.id = id
        self.question = question
        self.recursionDesired = recursionDesired
        self.ednsPayloadSize = ednsPayloadSize
    }

    /// The bytes to send as one datagram, or over TCP behind their length as two bytes (RFC 1035 section 4.2.2).
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(12 + question.name.wireBytes.count + 4 + 11)
        let flags: MessageFlags = recursionDesired ? .recursionDesired : []
        Self.append(id, to: &bytes)
        Self.append(flags.rawValue, to: &bytes)
        Self.append(1, to: &bytes)
        Self.append(0, to: &bytes)
        Self.append(0, to: &bytes)
        Self.append(ednsPayloadSize == nil ? 0 : 1, to: &bytes)
        bytes += question.name.wireBytes
        Self.append(question.type.rawValue, to: &bytes)
        Self.append(question.recordClass.rawValue, to: &bytes)
        if let ednsPayloadSize {
            // OPT: the root as owner, the size in place of the class, version and flags zero, no options
            // (RFC 6891 section 6.1.2).
            bytes.append(0)
            Self.append(RecordType.opt.rawValue, to: &bytes)
            Self.append(ednsPayloadSize, to: &bytes)
            for _ in 0..<6 { bytes.append(0) }
        }
        return bytes
    }

    private static func append(_ field: UInt16, to bytes: inout [UInt8]) {
        bytes.append(UInt8(field >> 8))
        bytes.append(UInt8(field & 0xff))
    }
}
