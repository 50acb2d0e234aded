// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

extension ServerBootstrap {
    /// Listens on a loopback port with a socket that child processes do not inherit.
    ///
    /// An exit test that starts at that moment inherits NIO's own sockets. After the server is closed, the inherited
    /// socket would keep listening without ever answering, and would keep the port from being opened again.
    func bindPrivately(port: Int) async throws -> any Channel {
        try await withBoundSocket(PrivateSocket.bound(.stream, port: port, reusing: true)).get()
    }
}
