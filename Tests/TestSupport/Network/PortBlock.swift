// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Ports that belong to one test process for as long as it lives, whether anybody listens there or not.
///
/// An exit test is a process beside the one that started it, and both look for ports all the time. What one of them finds
/// free may be that of the other's agent, which is dead just now and will want it back.
///
/// The claim is the first port of the block, bound and otherwise unused: the kernel lets one process have it, and takes
/// it back when that process is gone, however it went.
final class PortBlock: Sendable {
    /// Those that can be given to servers.
    let ports: Range<Int>

    private let claim: CInt

    /// Below the ephemeral range of Linux (32768 and up): a port that is free now cannot be handed to somebody's
    /// outgoing connection before its server has bound it.
    private static let all = stride(from: 12_000, to: 32_000, by: size)

    static let size = 500

    /// Claims the block that begins with this port; `nil` if somebody else has it.
    init?(first: Int) {
        guard let claim = try? PrivateSocket.bound(.stream, port: first) else { return nil }
        self.claim = claim
        ports = first + 1..<first + Self.size
    }

    deinit { close(claim) }

    /// Claims a block that nobody has.
    static func claim() throws -> PortBlock {
        for first in all.shuffled() {
            if let block = PortBlock(first: first) { return block }
        }
        throw PortsExhausted()
    }
}
