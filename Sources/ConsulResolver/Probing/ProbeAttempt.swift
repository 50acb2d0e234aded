// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NetworkAddress

/// One probe of one endpoint, on a connection of its own.
///
/// A connection that is kept would say that the endpoint still serves its old connections; that it accepts new ones is
/// what callers need. It is closed as soon as the verdict is known, and the probe has not ended before it is: the number
/// of probes bounds that of connections. A name with several addresses may have more than one attempt at it under way
/// (RFC 8305), and passes if any of them does.
///
/// Not by AsyncHTTPClient: it takes the server name of TLS from the URL or from an override that is part of a client's
/// configuration, so that every endpoint of a service would need a client of its own, and a cancelled request leaves
/// behind a connection that is still being made.
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

    /// Runs the probe; call it once.
    ///
    /// A cancelled probe ends at once, with `false`, except that looking up a name cannot be called off: that is waited
    /// for until the timeout.
    func run() async -> Bool {
        let timer = eventLoop.scheduleTask(in: TimeAmount(plan.timeout)) { self.end() }
        let succeeded = await withTaskCancellationHandler {
            // Why it failed makes no difference: to whoever wants to connect, refused and silent are the same.
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

    /// Keeps a channel to be closed; false if it has come too late for that.
    private func enroll(_ channel: any Channel) -> Bool {
        state.withLockedValue { state in
            if !state.isOver { state.channels.append(channel) }
            return !state.isOver
        }
    }

    /// Closes what is open and lets nothing be opened any more. Returns all that ever was.
    @discardableResult
    private func end() -> [any Channel] {
        let channels = state.withLockedValue { state in
            state.isOver = true
            return state.channels
        }
        for channel in channels { channel.close(promise: nil) }
        return channels
    }

    // MARK: Asking

    private func ask(_ channel: any Channel) -> EventLoopFuture<Bool> {
        switch plan.question {
        case .none:
            // A port among those that the system gives to outgoing connections can be connected to from itself.
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
