// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// DNS over TCP: cuts a stream into messages and puts the length in front of them.
struct StreamFraming: Sendable {
    private var pending: [UInt8] = []

    /// A message as it goes over a stream.
    static func framed(_ message: [UInt8]) -> [UInt8] {
        [UInt8(truncatingIfNeeded: message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
    }

    /// Takes in what arrived and returns the messages it completed.
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
