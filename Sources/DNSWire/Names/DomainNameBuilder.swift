// SPDX-License-Identifier: Apache-2.0

/// Collects wire bytes and holds every way of making a name to the limits of RFC 1035 section 2.3.4.
struct DomainNameBuilder {
    private var wireBytes: [UInt8] = [0]
    private var lengthIndex = 0

    /// Whether nothing has been added since the last label ended.
    var isAtLabelStart: Bool {
        lengthIndex == wireBytes.count - 1
    }

    mutating func append(_ byte: UInt8) throws(DomainNameError) {
        guard wireBytes[lengthIndex] < 63 else { throw .labelTooLong }
        // One byte must stay free for the root.
        guard wireBytes.count < 254 else { throw .nameTooLong }
        wireBytes[lengthIndex] += 1
        wireBytes.append(byte)
    }

    mutating func endLabel() throws(DomainNameError) {
        guard !isAtLabelStart else { throw .emptyLabel }
        lengthIndex = wireBytes.count
        wireBytes.append(0)
    }

    /// The finished bytes; a label still open is ended.
    mutating func finish() throws(DomainNameError) -> [UInt8] {
        if !isAtLabelStart { try endLabel() }
        return wireBytes
    }
}
