// SPDX-License-Identifier: Apache-2.0

/// One thing a scripted HTTP server does about a request. No steps at all: the request is never answered.
public enum ScriptedHTTPStep: Sendable {
    /// Sends bytes as they are: a reply, a part of one, or anything else.
    case send([UInt8])
    /// Sends bytes one by one, with a pause after each so that the client sees them one by one.
    case drip([UInt8], pause: Duration)
    /// Sends blanks, which JSON allows between any two values, as fast as the client takes them: so many of them, or
    /// for ever, until the client is gone. See ``ScriptedHTTPServer/floodedBytes``.
    case flood(Int?, chunked: Bool)
    /// Does nothing for a while. Requests on other connections are served meanwhile.
    case delay(Duration)
    /// Does nothing until the test opens the gate.
    case hold(Gate)
    /// Closes the connection in good order when all is sent.
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
    /// The reply when the gate opens.
    public static func reply(_ reply: ConsulReply, after gate: Gate) -> Self {
        [.hold(gate), .reply(reply)]
    }

    /// The head of the reply at once, its body when the gate opens.
    public static func reply(_ reply: ConsulReply, bodyAfter gate: Gate) -> Self {
        [.send(reply.head), .hold(gate), .send([UInt8](reply.bytes.dropFirst(reply.head.count)))]
    }

    /// The head, so many bytes of what follows, and the end: a body that is cut short.
    public static func reply(_ reply: ConsulReply, cutAfter count: Int, byReset: Bool = false) -> Self {
        let end: ScriptedHTTPStep = byReset ? .resetConnection : .closeConnection
        return [.send([UInt8](reply.bytes.prefix(reply.head.count + count))), end]
    }

    /// The reply byte by byte.
    public static func dripping(_ reply: ConsulReply, pause: Duration = .milliseconds(2)) -> Self {
        [.drip(reply.bytes, pause: pause)]
    }

    /// The reply with a body that begins as the given one and never ends.
    public static func endless(_ reply: ConsulReply) -> Self {
        let chunked = reply.with { $0.framing = .chunked(.max) }
        // An empty chunk would be the end.
        let beginning = reply.body.isEmpty ? [] : ConsulReply.chunk(reply.body[...])
        return [.send(chunked.head + beginning), .flood(nil, chunked: true)]
    }

    /// The reply with a body of so many bytes, announced as such: the given one, and blanks.
    public static func huge(_ reply: ConsulReply, count: Int) -> Self {
        let sized = reply.with { $0.framing = .length }
        return [.send(sized.head(bodyLength: count) + reply.body), .flood(count - reply.body.count, chunked: false)]
    }

    /// Something that is not HTTP, and the end.
    public static let garbage: Self = [.send([UInt8]("SSH-2.0-OpenSSH_9.2\r\n".utf8)), .closeConnection]

    /// Nothing, ever.
    public static let silence: Self = []
}
