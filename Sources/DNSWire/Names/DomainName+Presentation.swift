// SPDX-License-Identifier: Apache-2.0

extension DomainName {
    /// Parses the presentation format of RFC 1035 section 5.1: labels separated by dots, `\DDD` for a byte in decimal,
    /// `\X` for a special byte. The trailing dot is optional; every name is treated as complete.
    ///
    /// Characters outside ASCII become their UTF-8 bytes.
    public init(_ presentation: String) throws(DomainNameError) {
        var text = Array(presentation.utf8)[...]
        guard let first = text.first else { throw .emptyName }
        if first == UInt8(ascii: "."), text.count == 1 {
            self = .root
            return
        }
        var builder = DomainNameBuilder()
        while let byte = text.popFirst() {
            switch byte {
            case UInt8(ascii: "."): try builder.endLabel()
            case UInt8(ascii: "\\"): try builder.append(Self.escapedByte(&text))
            default: try builder.append(byte)
            }
        }
        self.init(uncheckedWireBytes: try builder.finish())
    }

    private static func escapedByte(_ text: inout ArraySlice<UInt8>) throws(DomainNameError) -> UInt8 {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = text.first else { throw .badEscape }
        guard digits.contains(first) else { return text.removeFirst() }
        guard text.count >= 3, text.prefix(3).allSatisfy(digits.contains) else { throw .badEscape }
        let value = text.prefix(3).reduce(0) { $0 * 10 + Int($1 - digits.lowerBound) }
        guard let byte = UInt8(exactly: value) else { throw .badEscape }
        text.removeFirst(3)
        return byte
    }
}

extension DomainName: CustomStringConvertible {
    /// The presentation format, always with a trailing dot, in ASCII whatever the labels hold.
    public var description: String {
        guard wireBytes.count > 1 else { return "." }
        var text: [UInt8] = []
        text.reserveCapacity(wireBytes.count)
        var labelEnd = 0
        for (index, byte) in wireBytes.enumerated() {
            if index < labelEnd {
                PresentationEscape.appendLabelByte(byte, to: &text)
            } else {
                if index > 0 { text.append(UInt8(ascii: ".")) }
                labelEnd = index + 1 + Int(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
