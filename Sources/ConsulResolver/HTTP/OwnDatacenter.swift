// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers

/// The datacenter of the agent that is asked, which never changes: asked for once.
final class OwnDatacenter: Sendable {
    private let known = NIOLockedValueBox<String?>(nil)

    /// - Returns: `nil` if the agent does not tell, which it does for tokens with `agent:read`.
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    func name(from client: ConsulHTTPClient, timeout: Duration) async throws -> String? {
        if let name = known.withLockedValue({ $0 }) { return name }
        do {
            let name = try await client.agent(timeout: timeout).datacenter
            known.withLockedValue { $0 = name }
            return name
        } catch let error as ConsulHTTPError where error.code != .closed {
            return nil
        }
    }
}
