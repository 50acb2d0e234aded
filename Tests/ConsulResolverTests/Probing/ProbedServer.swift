// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NetworkAddress
import TestSupport

/// A server on loopback ports of its own with a configurable answer, which counts requests.
final class ProbedServer: Sendable {
    /// The answer to a request.
    enum Behavior: Sendable {
        case answer(HTTPResponseStatus)
        /// A redirect to another path of the same server.
        case redirect
        /// 200 and a body without an end.
        case endless
        /// No answer, until ``ProbedServer/answerOne()``.
        case silence
    }

    struct State: Sendable {
        var behavior: Behavior
        /// The number of accepted connections.
        var accepted = 0
        /// The number of open connections.
        var open = 0
        /// All requests, in order.
        var requests: [HTTPRequestHead] = []
        /// The number of answered requests.
        var answered = 0
        /// The greatest number of connections that were without an answer at a time.
        ///
        /// Open connections would not do: if a client closes one and opens the next, the server may see both in any
        /// order.
        var mostUnanswered = 0
        fileprivate var held: [any Channel] = []
        fileprivate var channels: [ObjectIdentifier: any Channel] = [:]
    }

    let state: WatchedValue<State>
    let targets: [HostPort]
    private let listeners: [any Channel]

    private init(state: WatchedValue<State>, listeners: [any Channel]) {
        self.state = state
        self.listeners = listeners
        targets = listeners.compactMap(\.localAddress?.port).map {
            HostPort(host: .address(.v4(.loopback)), port: UInt16($0))
        }
    }

    static func start(_ behavior: Behavior, ports: Int = 1, tls: NIOSSLContext? = nil) async throws -> ProbedServer {
        let state = WatchedValue(State(behavior: behavior))
        var listeners: [any Channel] = []
        for _ in 0..<ports {
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    count(channel, in: state)
                    return channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                        try pipeline.configureHTTPServerPipeline()
                        try pipeline.addHandler(ProbedHandler(state))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            listeners.append(listener)
        }
        return ProbedServer(state: state, listeners: listeners)
    }

    func behave(_ behavior: Behavior) {
        state.update { $0.behavior = behavior }
    }

    /// Answers the request that has been waiting longest.
    func answerOne() async throws {
        try await state.wait("a request to answer", within: .seconds(30)) { !$0.held.isEmpty }
        let channel = state.update { state in
            state.answered += 1
            return state.held.removeFirst()
        }
        _ = channel.eventLoop.submit { ProbedHandler.answer(.ok, on: channel) }
    }

    func stop() async {
        for channel in listeners + state.current.channels.values {
            channel.close(promise: nil)
            try? await channel.closeFuture.get()
        }
    }

    private static func count(_ channel: any Channel, in state: WatchedValue<State>) {
        let key = ObjectIdentifier(channel)
        state.update { state in
            state.accepted += 1
            state.open += 1
            state.mostUnanswered = max(state.mostUnanswered, state.accepted - state.answered)
            state.channels[key] = channel
        }
        channel.closeFuture.whenComplete { _ in
            state.update { state in
                state.open -= 1
                state.channels[key] = nil
            }
        }
    }

    fileprivate static func hold(_ channel: any Channel, in state: inout State) {
        state.held.append(channel)
    }
}

/// Answers requests on one connection.
private final class ProbedHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let state: WatchedValue<ProbedServer.State>

    init(_ state: WatchedValue<ProbedServer.State>) { self.state = state }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        let channel = context.channel
        let behavior = state.update { state in
            state.requests.append(head)
            if case .silence = state.behavior {
                ProbedServer.hold(channel, in: &state)
            } else {
                state.answered += 1
            }
            return state.behavior
        }
        switch behavior {
        case .answer(let status): Self.answer(status, on: channel)
        case .redirect: Self.answer(.found, headers: ["location": "/elsewhere"], on: channel)
        case .endless:
            channel.write(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)), promise: nil)
            Self.writeForEver(on: channel)
        case .silence: break
        }
    }

    static func answer(_ status: HTTPResponseStatus, headers: HTTPHeaders = [:], on channel: any Channel) {
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }

    private static func writeForEver(on channel: any Channel) {
        let bytes = ByteBuffer(repeating: 0x20, count: 1 << 16)
        channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(bytes))).whenSuccess {
            writeForEver(on: channel)
        }
    }
}

/// Runs `body` with a server, and stops the server even if `body` throws.
func withProbedServer<Output>(
    _ behavior: ProbedServer.Behavior,
    ports: Int = 1,
    tls: NIOSSLContext? = nil,
    _ body: (ProbedServer) async throws -> Output
) async throws -> Output {
    let server = try await ProbedServer.start(behavior, ports: ports, tls: tls)
    return try await use(server, in: body) { await $0.stop() }
}
