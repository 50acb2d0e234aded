// SPDX-License-Identifier: Apache-2.0

/// What can be wrong with a message beyond what a well-meaning server would send.
public enum DNSTampering: Sendable, Hashable {
    /// Another transaction's identifier.
    case identifier
    /// A question that was not asked: the first letter of the name is another.
    case question
    /// The message ends after so many bytes.
    case cut(to: Int)
    /// More records are announced than there are.
    case counts(UInt16)
    /// The name at this place points to itself.
    case pointerLoop(at: Int)
    /// The name at this place points past the end of the message.
    case pointerBeyondEnd(at: Int)
    /// One byte has this bit flipped.
    case flippedBit(Int, inByte: Int)
    /// The message is followed by bytes that belong to nothing.
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
    /// The message after it has been tampered with, in the order given.
    public func bytes(_ tamperings: DNSTampering...) -> [UInt8] {
        tamperings.reduce(bytes) { $1.applied(to: $0) }
    }

    /// Where the first answer's owner name is, for the tamperings that need the place of a name.
    public var firstAnswerPlace: Int {
        with {
            $0.answers = []
            $0.authority = []
            $0.additional = []
        }.bytes.count
    }
}
