// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

extension ServerBootstrap {
    /// Listens on a port of this machine with a socket that no child process inherits.
    ///
    /// NIO's own sockets are inherited by an exit test that is started just then: it would go on listening, without ever
    /// answering, where a server has been closed, and keep its port from being opened again.
    func bindPrivately(port: Int) async throws -> any Channel {
        try await withBoundSocket(PrivateSocket.bound(.stream, port: port, reusing: true)).get()
    }
}
