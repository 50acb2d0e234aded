// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// The return path to the sender of a query.
enum ScriptedLink: Sendable {
    case datagrams(any Channel, peer: SocketAddress)
    case stream(any Channel)

    private var channel: any Channel {
        switch self {
        case .datagrams(let channel, _), .stream(let channel): channel
        }
    }

    /// Runs the steps in order, and continues on the event loop after a delay. A departed client is not an error here.
    func take(_ steps: [ScriptedStep]) {
        var rest = steps.flatMap(expand)[...]
        while let step = rest.popFirst() {
            if case .delay(let duration) = step {
                let later = Array(rest)
                channel.eventLoop.scheduleTask(in: TimeAmount(duration)) { take(later) }
                return
            }
            if case .hold(let gate) = step {
                let later = Array(rest)
                gate.pass { channel.eventLoop.execute { take(later) } }
                return
            }
            take(step)
        }
    }

    /// Expands a segmented send into sends of bytes and delays.
    private func expand(_ step: ScriptedStep) -> [ScriptedStep] {
        guard case .sendSegmented(let message, let sizes, let pause) = step else { return [step] }
        guard case .stream = self else { return [.send(message)] }
        var rest = StreamFraming.framed(message)[...]
        var steps: [ScriptedStep] = []
        for size in sizes {
            steps += [.sendUnframed(Array(rest.prefix(size))), .delay(pause)]
            rest = rest.dropFirst(size)
        }
        return steps + [.sendUnframed(Array(rest))]
    }

    private func take(_ step: ScriptedStep) {
        switch (step, self) {
        case (.send(let message), .stream): write(StreamFraming.framed(message))
        case (.send(let message), .datagrams), (.sendUnframed(let message), _): write(message)
        case (.sendFromElsewhere(let message), .datagrams(_, let peer)): writeFromElsewhere(message, to: peer)
        case (.closeConnection, .stream(let channel)): channel.close(promise: nil)
        case (.resetConnection, .stream(let channel)): channel.reset()
        // Steps that apply only to the other transport. Delays and segments are handled above.
        case (.sendFromElsewhere, _), (.closeConnection, _), (.resetConnection, _), (.delay, _), (.hold, _),
            (.sendSegmented, _):
            break
        }
    }

    private func write(_ bytes: [UInt8]) {
        let buffer = channel.allocator.buffer(bytes: bytes)
        switch self {
        case .stream(let channel):
            channel.writeAndFlush(buffer, promise: nil)
        case .datagrams(let channel, let peer):
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: peer, data: buffer), promise: nil)
        }
    }

    private func writeFromElsewhere(_ bytes: [UInt8], to peer: SocketAddress) {
        guard let host = channel.localAddress?.ipAddress else { return }
        DatagramBootstrap(group: channel.eventLoop).bind(host: host, port: 0).whenSuccess { other in
            let envelope = AddressedEnvelope(remoteAddress: peer, data: other.allocator.buffer(bytes: bytes))
            other.writeAndFlush(envelope).whenComplete { _ in other.close(promise: nil) }
        }
    }
}
