// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// The return path to the sender of a request.
struct ScriptedExchange: Sendable {
    let channel: any Channel
    let state: ScriptedHTTPState

    private static let floodSize = 64 * 1024

    /// Runs the steps in order, on the event loop. A departed client is not an error here.
    func take(_ steps: ArraySlice<ScriptedHTTPStep>) {
        var rest = steps
        while let step = rest.popFirst() {
            let later = rest
            switch step {
            case .send(let bytes):
                write(bytes)
            case .closeConnection:
                // The empty write completes after all earlier ones, which closing at once would discard.
                return channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
            case .resetConnection:
                return channel.reset()
            case .delay(let duration):
                channel.eventLoop.scheduleTask(in: TimeAmount(duration)) { take(later) }
                return
            case .hold(let gate):
                return gate.pass { channel.eventLoop.execute { take(later) } }
            case .choose(let choose):
                rest = choose() + later
            case .drip(let bytes, let pause):
                return drip(bytes[...], pause: pause) { take(later) }
            case .flood(let count, let chunked):
                return flood(count, chunked: chunked) { take(later) }
            }
        }
    }

    private func write(_ bytes: [UInt8]) {
        channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
    }

    private func drip(_ bytes: ArraySlice<UInt8>, pause: Duration, then next: @escaping @Sendable () -> Void) {
        guard let byte = bytes.first, channel.isActive else { return next() }
        write([byte])
        channel.eventLoop.scheduleTask(in: TimeAmount(pause)) { drip(bytes.dropFirst(), pause: pause, then: next) }
    }

    /// Writes the next block when the kernel has taken the last one, so that the client's reading sets the pace.
    private func flood(_ count: Int?, chunked: Bool, then next: @escaping @Sendable () -> Void) {
        let size = min(count ?? Self.floodSize, Self.floodSize)
        guard size > 0 else {
            if chunked { write(ConsulReply.chunk([])) }
            return next()
        }
        let blanks = [UInt8](repeating: 0x20, count: size)
        let bytes = chunked ? ConsulReply.chunk(blanks[...]) : blanks
        channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).whenSuccess {
            state.floodedBytes.update { $0 += size }
            // In a later turn of the event loop: while the client reads fast enough, other work would otherwise starve.
            channel.eventLoop.execute { flood(count.map { $0 - size }, chunked: chunked, then: next) }
        }
    }
}
