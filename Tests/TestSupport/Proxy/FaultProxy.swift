// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A relay in front of a DNS server that simulates a bad network on the loopback interface: it drops, duplicates,
/// corrupts, delays, reorders, refuses and resets. A test can change the faults at any time. The same seed and the same
/// traffic produce the same faults.
public final class FaultProxy: Sendable {
    /// The faults of both transports. By default there are none.
    public struct Faults: Sendable, Hashable {
        /// Datagrams to the server.
        public var queries = DatagramFaults()
        /// Datagrams to clients.
        public var replies = DatagramFaults()
        /// TCP connections.
        public var streams = StreamFaults()

        /// No faults.
        public init() {}
    }

    /// The loopback port that the proxy listens on, over UDP and TCP.
    public let port: Int

    private let datagramListener = ChannelSet()
    private let streamListener = ChannelSet()
    private let state: FaultProxyState

    private init(port: Int, state: FaultProxyState) {
        self.port = port
        self.state = state
    }

    /// Starts a proxy in front of the server on the given loopback port.
    public static func start(upstreamPort: Int, seed: UInt64 = 0) async throws -> FaultProxy {
        let upstream = try SocketAddress(ipAddress: "127.0.0.1", port: upstreamPort)
        return try await LoopbackPorts.retryingWhenTaken {
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let state = FaultProxyState(upstream: upstream, eventLoop: eventLoop, seed: seed)
            let proxy = FaultProxy(port: try LoopbackPorts.free(count: 1)[0], state: state)
            do {
                try await proxy.bindDatagrams()
                try await proxy.bindStream()
            } catch {
                await proxy.stop()
                throw error
            }
            return proxy
        }
    }

    /// The current faults.
    public var faults: Faults { state.faults.withLockedValue { $0 } }

    /// The counts so far.
    public var counters: FaultCounters { state.counters.current }

    /// Changes the faults. When this returns, new connections are refused or accepted as requested. Existing
    /// connections continue with the new faults.
    public func update(_ change: @Sendable (inout Faults) -> Void) async throws {
        let refuses = state.faults.withLockedValue { faults in
            change(&faults)
            return faults.streams.refusesConnections
        }
        if refuses {
            await streamListener.closeAll()
        } else if streamListener.count == 0 {
            try await bindStream()
        }
    }

    /// Waits until the counters meet the condition.
    @discardableResult
    public func waitForCounters(
        _ awaited: String,
        within limit: Duration = .seconds(10),
        fileID: String = #fileID,
        line: UInt = #line,
        until condition: @escaping @Sendable (FaultCounters) -> Bool
    ) async throws -> FaultCounters {
        try await state.counters.wait(awaited, within: limit, fileID: fileID, line: line, until: condition)
    }

    /// Resets every open connection.
    public func resetConnections() async {
        state.counters.update { $0.resets += state.connections.count }
        await state.connections.resetAll()
    }

    /// Closes the port, every connection and every socket to the server.
    public func stop() async {
        await datagramListener.closeAll()
        await streamListener.closeAll()
        await state.connections.closeAll()
        await state.upstreams.closeAll()
    }

    private func bindDatagrams() async throws {
        let listener = try await DatagramBootstrap(group: state.eventLoop)
            .receivingWholeDatagrams()
            .channelInitializer { [state] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramQueryHandler(state))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        datagramListener.insert(listener)
    }

    private func bindStream() async throws {
        let listener = try await ServerBootstrap(group: state.eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [state] channel in
                state.connections.insert(channel)
                state.counters.update { $0.connections += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StreamQueryHandler(state, client: channel))
                }
            }
            .bindPrivately(port: port)
        streamListener.insert(listener)
    }
}

/// Starts a proxy, calls the body with it, and stops it however the body ends.
public func withFaultProxy<Output>(
    upstreamPort: Int,
    seed: UInt64 = 0,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (FaultProxy) async throws -> Output
) async throws -> Output {
    let proxy = try await FaultProxy.start(upstreamPort: upstreamPort, seed: seed)
    return try await use(proxy, in: body) { await $0.stop() }
}
