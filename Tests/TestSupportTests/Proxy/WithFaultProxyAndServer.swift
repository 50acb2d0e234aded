// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// Starts a server that answers a query with its sequence number and its last byte, and a proxy in front of it.
func withFaultProxyAndServer(_ body: (FaultProxy, ScriptedDNSServer) async throws -> Void) async throws {
    let script: ScriptedDNSServer.Script = { [.send([UInt8($0.sequence), $0.bytes.last ?? 0])] }
    try await withScriptedDNSServer(script: script) { server in
        try await withFaultProxy(upstreamPort: server.port, seed: 1) { proxy in
            try await body(proxy, server)
        }
    }
}
