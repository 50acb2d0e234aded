// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// Returns the next byte that is not white space, without consuming it.
    @inline(__always)
    mutating func peek(in bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
        // Most agents write no white space at all; agents with `-dev` and requests with `?pretty` get much of it.
        if offset < bytes.count, bytes[offset] > UInt8(ascii: " ") { return bytes[offset] }
        skipWhitespace(in: bytes)
        guard offset < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
        return bytes[offset]
    }

    mutating func skipWhitespace(in bytes: Span<UInt8>) {
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): offset &+= 1
            default: return
            }
        }
    }
}
