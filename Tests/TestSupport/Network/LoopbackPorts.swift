// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds loopback ports nobody listens on.
enum LoopbackPorts {
    private struct Stock {
        /// Kept for as long as this process lives: agents come back to their ports.
        var blocks: [PortBlock] = []
        /// Those that have not been given to anybody. None is given twice: a test that leaves the TCP half of a port alone
        /// counts on nobody listening there.
        var ports: [Int] = []

        mutating func next() throws -> Int {
            if ports.isEmpty {
                let block = try PortBlock.claim()
                blocks.append(block)
                ports = block.ports.shuffled()
            }
            return ports.removeLast()
        }
    }

    private static let stock = NIOLockedValueBox(Stock())

    /// Ports that were free for both TCP and UDP a moment ago, and that no other test is given. A program that is none may
    /// still be faster: be ready to retry.
    static func free(count: Int) throws -> [Int] {
        var found: [Int] = []
        while found.count < count {
            let candidate = try stock.withLockedValue { try $0.next() }
            if isFree(candidate) { found.append(candidate) }
        }
        return found
    }

    /// Runs what binds such ports, again with others when somebody was faster.
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

    private static func isFree(_ port: Int) -> Bool {
        for kind in [PrivateSocket.Kind.stream, .datagram] {
            guard let descriptor = try? PrivateSocket.bound(kind, port: port) else { return false }
            close(descriptor)
        }
        return true
    }
}
