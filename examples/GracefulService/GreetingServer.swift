// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A server that greets each connection after a moment of work.
struct GreetingServer: Service {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let channel: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
    private let settings: CurrentSettings
    private let logger: Logger

    /// Listens on a port of this machine; 0 for a free one.
    init(port: Int, _ settings: CurrentSettings, _ logger: Logger) async throws {
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
        (self.settings, self.logger) = (settings, logger)
    }

    /// The port.
    var port: Int { channel.channel.localAddress?.port ?? 0 }

    /// Serves connections until graceful shutdown, and then ends those that are open.
    func run() async throws {
        logger.info("listens on port \(port)")
        try await channel.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections.cancelOnGracefulShutdown() {
                    group.addTask { await greet(connection) }
                }
                logger.info("accepts no more connections")
            }
        }
    }

    private func greet(_ connection: Connection) async {
        do {
            try await connection.executeThenClose { _, outbound in
                try await Task.sleep(for: .milliseconds(100))
                try await outbound.write(ByteBuffer(string: await settings.value.greeting + "\n"))
            }
        } catch {
            logger.debug("a connection failed: \(error)")
        }
    }
}
