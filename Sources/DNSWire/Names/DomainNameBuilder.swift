// SPDX-License-Identifier: Apache-2.0

/// A builder of wire bytes that enforces the limits of RFC 1035 section 2.3.4 for every initializer of a name.
struct DomainNameBuilder {
    private var wireBytes: [UInt8] = [0]
    private var lengthIndex = 0

    /// True if no byte has been added since the end of the last label.
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

    /// Returns the finished bytes; ends an open label.
    mutating func finish() throws(DomainNameError) -> [UInt8] {
        if !isAtLabelStart { try endLabel() }
        return wireBytes
    }
}
