// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// What the handlers of one scripted HTTP server share.
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

    /// Notes a request and asks the script about it.
    func decide(_ head: HTTPRequestHead, body: [UInt8], connection: Int) -> [ScriptedHTTPStep] {
        let sequence = nextSequence.withLockedValue { next in
            defer { next += 1 }
            return next
        }
        let request = ScriptedHTTPRequest(head: head, body: body, sequence: sequence, connection: connection)
        let steps = script.withLockedValue { $0 }(request)
        // Noted after the decision: who waits for the request may rely on what the script does on the side.
        requests.update { $0.append(request) }
        // A request that is not answered is not followed by anything.
        return request.keepsAlive || steps.isEmpty ? steps : steps + [.closeConnection]
    }
}
