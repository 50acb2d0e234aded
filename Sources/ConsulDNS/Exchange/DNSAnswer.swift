// SPDX-License-Identifier: Apache-2.0

package import DNSWire

/// A response as it was on the wire, without any interpretation.
public struct DNSAnswer: Sendable {
    /// The whole message, with its question in the case of the query. Its length is the length on the wire, which
    /// distinguishes a trimmed answer from a complete one.
    public let bytes: [UInt8]

    /// The server that sent it.
    public let server: Nameserver

    /// The transport over which it arrived.
    public let transport: DNSTransport

    /// The time from the call to the answer, including the wait for room in the window.
    public let elapsed: Duration

    package init(bytes: [UInt8], server: Nameserver, transport: DNSTransport, elapsed: Duration) {
        self.bytes = bytes
        self.server = server
        self.transport = transport
        self.elapsed = elapsed
    }

    /// Decodes every record of the message.
    ///
    /// - Throws: `WireError` if the bytes are not a DNS message.
    package func message() throws(WireError) -> Message {
        try Message(parsing: bytes)
    }
}
