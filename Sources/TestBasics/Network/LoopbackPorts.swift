// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds free loopback ports.
package enum LoopbackPorts {
    private struct Stock {
        /// Claimed until this process ends, because restarted agents reuse their ports.
        var blocks: [PortBlock] = []
        /// Ports that have not been handed out. Each is handed out once: a test that uses only the UDP half of a port
        /// relies on the TCP half staying closed.
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

    /// Returns ports that were free for both TCP and UDP a moment ago and that no other test uses. A program outside
    /// the tests may still bind one first, so callers must be ready to retry.
    package static func free(count: Int) throws -> [Int] {
        var found: [Int] = []
        while found.count < count {
            let candidate = try stock.withLockedValue { try $0.next() }
            if isFree(candidate) { found.append(candidate) }
        }
        return found
    }

    private static func isFree(_ port: Int) -> Bool {
        for kind in [PrivateSocket.Kind.stream, .datagram] {
            guard let descriptor = try? PrivateSocket.bound(kind, port: port) else { return false }
            close(descriptor)
        }
        return true
    }
}
