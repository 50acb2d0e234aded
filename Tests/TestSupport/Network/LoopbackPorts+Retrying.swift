// SPDX-License-Identifier: Apache-2.0

import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension LoopbackPorts {
    /// Runs a closure that binds such ports, and retries with other ports if they were taken.
    static func retryingWhenTaken<Server>(
        isolation: isolated (any Actor)? = #isolation,
        _ start: () async throws -> Server
    ) async throws -> Server {
        for _ in 1...4 {
            do {
                return try await start()
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                continue
            } catch ConsulAgentError.didNotStart(_, let log) where log.contains("address already in use") {
                continue
            }
        }
        return try await start()
    }
}
