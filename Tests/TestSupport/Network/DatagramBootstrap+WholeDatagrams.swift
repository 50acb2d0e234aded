// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

extension DatagramBootstrap {
    /// Makes room for the largest datagram. NIO's default of 2048 bytes truncates larger ones silently.
    func receivingWholeDatagrams() -> DatagramBootstrap {
        channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
    }
}
