// SPDX-License-Identifier: Apache-2.0

/// One action of a scripted server in response to a query. Without any steps, the query is never answered.
public enum ScriptedStep: Sendable, Hashable {
    /// Sends a message, with a length prefix over TCP.
    case send([UInt8])
    /// Pauses. Later queries are served in the meantime.
    case delay(Duration)
    /// Pauses until the test opens the gate. Later queries are served in the meantime.
    case hold(Gate)
    /// Sends a message over TCP in segments of these sizes, then the rest, with a pause after each segment so that the
    /// client reads them one by one. The length prefix counts as part of the first segments. Over UDP, the same as
    /// ``send(_:)``.
    case sendSegmented([UInt8], sizes: [Int], pause: Duration = .milliseconds(2))
    /// Sends bytes unchanged: over TCP, for a wrong length prefix or a message that stops half-way.
    case sendUnframed([UInt8])
    /// Sends a message over UDP from a port other than the server's, as an attacker does who spoofs answers.
    case sendFromElsewhere([UInt8])
    /// Closes the connection in order.
    case closeConnection
    /// Resets the connection.
    case resetConnection

    /// Sends a reply.
    public static func reply(_ reply: DNSReply) -> ScriptedStep {
        .send(reply.bytes)
    }
}
