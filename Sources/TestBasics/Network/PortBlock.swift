// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Ports that belong to one test process until it ends, whether or not a server listens on them.
///
/// An exit test runs as a process beside its parent, and both look for free ports. A port that one of them finds free
/// may belong to an agent of the other that is stopped at the moment and will bind it again.
///
/// The claim is the first port of the block, bound and otherwise unused: the kernel grants it to one process and
/// releases it when that process ends, however it ends.
package final class PortBlock: Sendable {
    /// The ports for servers.
    package let ports: Range<Int>

    private let claim: CInt

    /// The first ports of all blocks. They lie below the ephemeral range of Linux (32768 and up), so the kernel cannot
    /// assign a free port to an outgoing connection before a server has bound it.
    private static let all = stride(from: 12_000, to: 32_000, by: size)

    package static let size = 500

    /// Claims the block that begins with this port; `nil` if another process has it.
    package init?(first: Int) {
        guard let claim = try? PrivateSocket.bound(.stream, port: first) else { return nil }
        self.claim = claim
        ports = first + 1..<first + Self.size
    }

    deinit { close(claim) }

    /// Claims a free block.
    package static func claim() throws -> PortBlock {
        for first in all.shuffled() {
            if let block = PortBlock(first: first) { return block }
        }
        throw PortsExhausted()
    }
}
