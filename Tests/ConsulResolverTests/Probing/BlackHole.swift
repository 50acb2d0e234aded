// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NetworkAddress

/// Runs `body` with a port that neither accepts nor refuses connections: its accept queue is full.
func withBlackHole<Output>(_ body: (HostPort) async throws -> Output) async throws -> Output {
    let group = MultiThreadedEventLoopGroup.singleton
    let listener = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 0)
        .serverChannelOption(.autoRead, value: false)
        .bind(host: "127.0.0.1", port: 0).get()
    let port = UInt16(listener.localAddress?.port ?? 0)
    // The queue holds a few of them; the others time out.
    let client = ClientBootstrap(group: group).connectTimeout(.milliseconds(300))
    let attempts = (0..<8).map { _ in client.connect(host: "127.0.0.1", port: Int(port)) }
    var queued: [any Channel] = []
    for attempt in attempts {
        if let channel = try? await attempt.get() { queued.append(channel) }
    }
    let result: Result<Output, any Error>
    do {
        result = .success(try await body(HostPort(host: .address(.v4(.loopback)), port: port)))
    } catch {
        result = .failure(error)
    }
    for channel in queued + [listener] {
        channel.close(promise: nil)
        try? await channel.closeFuture.get()
    }
    return try result.get()
}
