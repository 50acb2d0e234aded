// SPDX-License-Identifier: Apache-2.0

/// One action of a scripted HTTP server in response to a request. Without any steps, the request is never answered.
public enum ScriptedHTTPStep: Sendable {
    /// Sends bytes unchanged: a reply, a part of one, or any other bytes.
    case send([UInt8])
    /// Sends bytes one by one, with a pause after each so that the client reads them one by one.
    case drip([UInt8], pause: Duration)
    /// Sends spaces, which JSON allows between any two tokens, as fast as the client reads them: this many, or without
    /// end until the client disconnects. See ``ScriptedHTTPServer/floodedBytes``.
    case flood(Int?, chunked: Bool)
    /// Pauses. Requests on other connections are served in the meantime.
    case delay(Duration)
    /// Pauses until the test opens the gate.
    case hold(Gate)
    /// Takes steps that are chosen when it is their turn, after a pause for example.
    case choose(@Sendable () -> [ScriptedHTTPStep])
    /// Closes the connection in order when everything has been sent.
    case closeConnection
    /// Resets the connection.
    case resetConnection
}

extension ScriptedHTTPStep {
    /// Sends a reply.
    public static func reply(_ reply: ConsulReply) -> ScriptedHTTPStep {
        .send(reply.bytes)
    }
}

extension [ScriptedHTTPStep] {
    /// Sends the reply when the gate opens.
    public static func reply(_ reply: ConsulReply, after gate: Gate) -> Self {
        [.hold(gate), .reply(reply)]
    }

    /// Sends the head of the reply at once and its body when the gate opens.
    public static func reply(_ reply: ConsulReply, bodyAfter gate: Gate) -> Self {
        [.send(reply.head), .hold(gate), .send([UInt8](reply.bytes.dropFirst(reply.head.count)))]
    }

    /// Sends the head, this many bytes of the body, and ends the connection: a body that is cut short.
    public static func reply(_ reply: ConsulReply, cutAfter count: Int, byReset: Bool = false) -> Self {
        let end: ScriptedHTTPStep = byReset ? .resetConnection : .closeConnection
        return [.send([UInt8](reply.bytes.prefix(reply.head.count + count))), end]
    }

    /// Sends the reply byte by byte.
    public static func dripping(_ reply: ConsulReply, pause: Duration = .milliseconds(2)) -> Self {
        [.drip(reply.bytes, pause: pause)]
    }

    /// Sends the reply with a body that begins as the given one and never ends.
    public static func endless(_ reply: ConsulReply) -> Self {
        let chunked = reply.with { $0.framing = .chunked(.max) }
        // An empty chunk would end the body.
        let beginning = reply.body.isEmpty ? [] : ConsulReply.chunk(reply.body[...])
        return [.send(chunked.head + beginning), .flood(nil, chunked: true)]
    }

    /// Sends the reply with a body of this many bytes, announced as such: the given one, filled up with spaces.
    public static func huge(_ reply: ConsulReply, count: Int) -> Self {
        let sized = reply.with { $0.framing = .length }
        return [.send(sized.head(bodyLength: count) + reply.body), .flood(count - reply.body.count, chunked: false)]
    }

    /// Sends bytes that are not HTTP and closes the connection.
    public static let garbage: Self = [.send([UInt8]("SSH-2.0-OpenSSH_9.2\r\n".utf8)), .closeConnection]

    /// Sends no reply at all.
    public static let silence: Self = []
}
