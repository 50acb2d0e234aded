// SPDX-License-Identifier: Apache-2.0

public import DNSWire

/// A message that came back: as it was on the wire, not judged.
public struct DNSAnswer: Sendable {
    /// The whole message, with its question in the case in which it was asked. Its length is the length on the wire, which is what tells a trimmed answer from a whole one.
    public let bytes: [UInt8]

    /// Who sent it.
    public let server: Nameserver

    /// How it came.
    public let transport: DNSTransport

    /// Time from asking to having it, waiting for a place in the window included.
    public let elapsed: Duration

    package init(bytes: [UInt8], server: Nameserver, transport: DNSTransport, elapsed: Duration) {
        self.bytes = bytes
        self.server = server
        self.transport = transport
        self.elapsed = elapsed
    }

    /// Decodes every record of the message.
    ///
    /// - Throws: `WireError` when the bytes are not a DNS message.
    public func message() throws(WireError) -> Message {
        try Message(parsing: bytes)
    }
}
