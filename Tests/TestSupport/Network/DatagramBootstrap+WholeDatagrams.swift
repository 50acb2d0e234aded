// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

extension DatagramBootstrap {
    /// Makes room for the largest datagram there is: what does not fit into 2048 bytes would come in cut, and nobody would
    /// say so.
    func receivingWholeDatagrams() -> DatagramBootstrap {
        channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
    }
}
