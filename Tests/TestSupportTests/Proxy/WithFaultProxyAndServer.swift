// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// A proxy in front of a server that answers a query with its number and the last byte it was sent.
func withFaultProxyAndServer(_ body: (FaultProxy, ScriptedDNSServer) async throws -> Void) async throws {
    let script: ScriptedDNSServer.Script = { [.send([UInt8($0.sequence), $0.bytes.last ?? 0])] }
    try await withScriptedDNSServer(script: script) { server in
        try await withFaultProxy(upstreamPort: server.port, seed: 1) { proxy in
            try await body(proxy, server)
        }
    }
}
