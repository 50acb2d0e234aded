// SPDX-License-Identifier: Apache-2.0

/// A domain name, stored as its bytes on the wire: labels with their lengths, then the root.
///
/// Labels contain arbitrary bytes (RFC 2181 section 11). Case is preserved and ignored in comparisons (RFC 4343 section
/// 3): Consul echoes the case of the question and preserves the registered case of node names, so both spellings must
/// be the same key.
public struct DomainName: Sendable {
    /// The name without compression, at least the root's zero byte and at most 255 bytes (RFC 1035 section 2.3.4).
    public let wireBytes: [UInt8]

    /// Creates a name from bytes that are known to be valid.
    package init(uncheckedWireBytes wireBytes: [UInt8]) {
        self.wireBytes = wireBytes
    }

    /// The empty name at the top of the tree.
    public static let root = DomainName(uncheckedWireBytes: [0])

    /// Creates a name from labels, from left to right, without the root.
    ///
    /// Labels are bytes without special characters: a dot stays part of its label.
    public init(labels: some Sequence<some Sequence<UInt8>>) throws(DomainNameError) {
        var builder = DomainNameBuilder()
        for label in labels {
            for byte in label {
                try builder.append(byte)
            }
            try builder.endLabel()
        }
        self.init(uncheckedWireBytes: try builder.finish())
    }

    /// The labels from left to right, without the root; none for the root itself.
    public var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var offset = 0
        while wireBytes[offset] != 0 {
            let end = offset + 1 + Int(wireBytes[offset])
            labels.append(wireBytes[(offset + 1)..<end])
            offset = end
        }
        return labels
    }
}
