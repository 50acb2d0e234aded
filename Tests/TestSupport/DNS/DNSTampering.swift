// SPDX-License-Identifier: Apache-2.0

/// A defect in a message that a well-behaved server would not send.
public enum DNSTampering: Sendable, Hashable {
    /// The transaction ID is a different one.
    case identifier
    /// The question differs from the query's: the first letter of the name is changed.
    case question
    /// The message ends after so many bytes.
    case cut(to: Int)
    /// The header announces more records than there are.
    case counts(UInt16)
    /// The name at this position points to itself.
    case pointerLoop(at: Int)
    /// The name at this position points past the end of the message.
    case pointerBeyondEnd(at: Int)
    /// One bit of one byte is flipped.
    case flippedBit(Int, inByte: Int)
    /// The message is followed by extra bytes.
    case trailing(Int)

    func applied(to message: [UInt8]) -> [UInt8] {
        var bytes = message
        switch self {
        case .identifier: bytes[0] ^= 0xFF
        case .question: bytes[Self.headerSize + 1] ^= 0x01
        case .cut(let count): bytes = Array(bytes.prefix(count))
        case .counts(let count):
            for place in stride(from: 6, to: Self.headerSize, by: 2) {
                bytes.replaceSubrange(place..<place + 2, with: [UInt8(count >> 8), UInt8(count & 0xFF)])
            }
        case .pointerLoop(let place): Self.setPointer(at: place, to: place, in: &bytes)
        case .pointerBeyondEnd(let place): Self.setPointer(at: place, to: 0x3FFF, in: &bytes)
        case .flippedBit(let bit, let place): bytes[place] ^= 1 << bit
        case .trailing(let count): bytes += [UInt8](repeating: 0xEE, count: count)
        }
        return bytes
    }

    private static let headerSize = 12

    private static func setPointer(at place: Int, to target: Int, in bytes: inout [UInt8]) {
        bytes[place] = 0xC0 | UInt8(target >> 8)
        bytes[place + 1] = UInt8(target & 0xFF)
    }
}

extension DNSReply {
    /// Returns the message with these defects applied in order.
    public func bytes(_ tamperings: DNSTampering...) -> [UInt8] {
        tamperings.reduce(bytes) { $1.applied(to: $0) }
    }

    /// The position of the first answer's owner name, for the defects that need the position of a name.
    public var firstAnswerPlace: Int {
        with {
            $0.answers = []
            $0.authority = []
            $0.additional = []
        }.bytes.count
    }
}
