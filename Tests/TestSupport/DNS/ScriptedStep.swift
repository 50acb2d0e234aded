// SPDX-License-Identifier: Apache-2.0

/// One thing a scripted server does about a query. No steps at all: the query is never answered.
public enum ScriptedStep: Sendable, Hashable {
    /// Sends a message; over TCP, behind its length.
    case send([UInt8])
    /// Does nothing for a while. Later queries are served meanwhile.
    case delay(Duration)
    /// Does nothing until the test opens the gate. Later queries are served meanwhile.
    case hold(Gate)
    /// Sends a message, over TCP in segments of these sizes and then the rest, with a pause after each so that the
    /// client sees them one by one. The length in front counts as part of the first segments. Over UDP, as
    /// ``send(_:)``.
    case sendSegmented([UInt8], sizes: [Int], pause: Duration = .milliseconds(2))
    /// Sends bytes as they are: over TCP, a length that lies or a message that stops half-way.
    case sendUnframed([UInt8])
    /// Sends a message over UDP from a port that is not the server's, as somebody would who wants to be taken for it.
    case sendFromElsewhere([UInt8])
    /// Closes the connection in good order.
    case closeConnection
    /// Resets the connection.
    case resetConnection

    /// Sends a reply.
    public static func reply(_ reply: DNSReply) -> ScriptedStep {
        .send(reply.bytes)
    }
}
