// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore

/// State that the handlers of one scripted server share.
final class ScriptedServerState: Sendable {
    let script: NIOLockedValueBox<ScriptedDNSServer.Script>
    let queries = WatchedValue<[ScriptedQuery]>([])
    let acceptedConnections = WatchedValue(0)
    let connections = ChannelSet()
    private let nextSequence = NIOLockedValueBox(0)

    init(script: @escaping ScriptedDNSServer.Script) {
        self.script = NIOLockedValueBox(script)
    }

    /// Records a query and returns the script's steps for it.
    func decide(_ bytes: [UInt8], transport: DNSTransport, connection: Int?, peer: SocketAddress?) -> [ScriptedStep] {
        let sequence = nextSequence.withLockedValue { next in
            defer { next += 1 }
            return next
        }
        let query = ScriptedQuery(
            bytes: bytes,
            transport: transport,
            sequence: sequence,
            connection: connection,
            sourcePort: peer?.port ?? 0
        )
        let steps = script.withLockedValue { $0 }(query)
        // Recorded after the script ran, so that a test that waits for the query can rely on the script's side effects.
        queries.update { $0.append(query) }
        return steps
    }
}
