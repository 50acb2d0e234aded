// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// The next byte that is no white space, which is left where it is.
    @inline(__always)
    mutating func peek(in bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
        // Most agents write no white space at all; those with `-dev` and whoever asks `?pretty` get a lot.
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
