// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// State that the handlers of one scripted HTTP server share.
final class ScriptedHTTPState: Sendable {
    struct Connections: Sendable, Hashable {
        var accepted = 0
        var open = 0
    }

    let script: NIOLockedValueBox<ScriptedHTTPServer.Script>
    let requests = WatchedValue<[ScriptedHTTPRequest]>([])
    let connections = WatchedValue(Connections())
    let floodedBytes = WatchedValue(0)
    let channels = ChannelSet()
    private let nextSequence = NIOLockedValueBox(0)

    init(script: @escaping ScriptedHTTPServer.Script) {
        self.script = NIOLockedValueBox(script)
    }

    /// Records a request and returns the script's steps for it.
    func decide(_ head: HTTPRequestHead, body: [UInt8], connection: Int) -> [ScriptedHTTPStep] {
        let sequence = nextSequence.withLockedValue { next in
            defer { next += 1 }
            return next
        }
        let request = ScriptedHTTPRequest(head: head, body: body, sequence: sequence, connection: connection)
        let steps = script.withLockedValue { $0 }(request)
        // Recorded after the script ran, so that a test that waits for the request can rely on the script's side
        // effects.
        requests.update { $0.append(request) }
        // A request without an answer keeps its connection open.
        return request.keepsAlive || steps.isEmpty ? steps : steps + [.closeConnection]
    }
}
