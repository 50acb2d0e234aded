// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NetworkAddress

/// One probe of one endpoint, on a connection of its own.
///
/// A reused connection would only show that the endpoint still serves old connections, but callers need it to accept
/// new ones. The connection is closed as soon as the verdict is known, and the probe ends only after that: the number
/// of probes bounds the number of connections. A host name with several addresses may have several connection attempts
/// in progress (RFC 8305), and passes if any of them does.
///
/// AsyncHTTPClient is not used for two reasons. It takes the TLS server name from the URL or from an override in the
/// client's configuration, so that every endpoint of a service would need its own client. And a canceled request leaves
/// a connection behind that is still being established.
final class ProbeAttempt: Sendable {
    private struct State {
        var channels: [any Channel] = []
        var isOver = false
    }

    private let target: HostPort
    private let plan: ProbePlan
    private let eventLoop: any EventLoop
    private let state = NIOLockedValueBox(State())

    init(_ target: HostPort, plan: ProbePlan) {
        self.target = target
        self.plan = plan
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    }

    /// Runs the probe and returns true if the endpoint passes. Call it once.
    ///
    /// A canceled probe returns `false` at once. The exception is a name lookup, which cannot be canceled: the probe
    /// waits for it until the timeout.
    func run() async -> Bool {
        let timer = eventLoop.scheduleTask(in: TimeAmount(plan.timeout)) { self.end() }
        let succeeded = await withTaskCancellationHandler {
            // The reason of a failure is ignored: for a caller that wants to connect, refused and silent are the same.
            (try? await connect().flatMap(ask).get()) ?? false
        } onCancel: {
            end()
        }
        timer.cancel()
        for channel in end() { try? await channel.closeFuture.get() }
        return succeeded
    }

    // MARK: Connecting

    private func connect() -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(plan.timeout))
            .channelInitializer { channel in
                self.enroll(channel)
                    ? channel.eventLoop.makeSucceededVoidFuture()
                    : channel.eventLoop.makeFailedFuture(ChannelError.eof)
            }
        switch target.host {
        case .name(let name):
            return bootstrap.connect(host: name, port: Int(target.port))
        case .address(let address):
            do {
                return bootstrap.connect(to: try SocketAddress(ipAddress: address.description, port: Int(target.port)))
            } catch {
                return eventLoop.makeFailedFuture(error)
            }
        }
    }

    /// Registers a channel, so that ``end()`` closes it. Returns false if the probe has already ended.
    private func enroll(_ channel: any Channel) -> Bool {
        state.withLockedValue { state in
            if !state.isOver { state.channels.append(channel) }
            return !state.isOver
        }
    }

    /// Closes all channels and prevents new ones. Returns all channels that were ever registered.
    @discardableResult
    private func end() -> [any Channel] {
        let channels = state.withLockedValue { state in
            state.isOver = true
            return state.channels
        }
        for channel in channels { channel.close(promise: nil) }
        return channels
    }

    // MARK: Checking

    private func ask(_ channel: any Channel) -> EventLoopFuture<Bool> {
        switch plan.question {
        case .none:
            // If the target is a local port from the ephemeral range, the connection may have been made to itself.
            return eventLoop.makeSucceededFuture(channel.localAddress != channel.remoteAddress)
        case .http(let request):
            let status = eventLoop.makePromise(of: Int.self)
            do {
                let pipeline = channel.pipeline.syncOperations
                if let handler = try request.tlsHandler(for: target) { try pipeline.addHandler(handler) }
                try pipeline.addHTTPClientHandlers()
                try pipeline.addHandler(ProbeStatusHandler(request: request.head(for: target), status: status))
            } catch {
                status.fail(error)
            }
            return status.futureResult.map(request.expects)
        }
    }
}
