// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers

/// The datacenter of the agent. It never changes, so it is requested once.
final class OwnDatacenter: Sendable {
    private let known = NIOLockedValueBox<String?>(nil)

    /// Returns the name of the datacenter, from the agent or from memory.
    ///
    /// - Returns: `nil` if the agent does not report it; the token needs `agent:read`.
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
