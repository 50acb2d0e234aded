// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// The framing of DNS over TCP (RFC 1035 section 4.2.2): adds length prefixes and splits a stream into messages.
struct StreamFraming: Sendable {
    private var pending: [UInt8] = []

    /// Returns the message with its length prefix.
    static func framed(_ message: [UInt8]) -> [UInt8] {
        [UInt8(truncatingIfNeeded: message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
    }

    /// Appends the received bytes and returns the messages that are now complete.
    mutating func messages(in arrived: ByteBuffer) -> [[UInt8]] {
        pending += arrived.readableBytesView
        var complete: [[UInt8]] = []
        while pending.count >= 2 {
            let end = 2 + (Int(pending[0]) << 8 | Int(pending[1]))
            guard pending.count >= end else { break }
            complete.append(Array(pending[2..<end]))
            pending.removeFirst(end)
        }
        return complete
    }
}
