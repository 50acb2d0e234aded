// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore

/// What the handlers of one scripted server share.
final class ScriptedServerState: Sendable {
    let script: NIOLockedValueBox<ScriptedDNSServer.Script>
    let queries = WatchedValue<[ScriptedQuery]>([])
    let acceptedConnections = WatchedValue(0)
    let connections = ChannelSet()
    private let nextSequence = NIOLockedValueBox(0)

    init(script: @escaping ScriptedDNSServer.Script) {
        self.script = NIOLockedValueBox(script)
    }

    /// Notes a query and asks the script about it.
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
        // Noted after the decision: who waits for the query may rely on what the script does on the side.
        queries.update { $0.append(query) }
        return steps
    }
}
