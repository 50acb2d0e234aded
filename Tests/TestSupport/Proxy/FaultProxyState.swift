// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// State that the handlers of one fault proxy share: faults, random generators, counters and the upstream address.
final class FaultProxyState: Sendable {
    private struct Chance: Sendable {
        var queries: FaultInjector<SocketAddress>
        var replies: FaultInjector<SocketAddress>
        var streams: SeededGenerator
    }

    let upstream: SocketAddress
    let eventLoop: any EventLoop
    let faults = NIOLockedValueBox(FaultProxy.Faults())
    let counters = WatchedValue(FaultCounters())
    let connections = ChannelSet()
    let upstreams = ChannelSet()
    private let chance: NIOLockedValueBox<Chance>

    init(upstream: SocketAddress, eventLoop: any EventLoop, seed: UInt64) {
        self.upstream = upstream
        self.eventLoop = eventLoop
        var seeds = SeededGenerator(seed: seed)
        chance = NIOLockedValueBox(
            Chance(
                queries: FaultInjector(seed: seeds.next()),
                replies: FaultInjector(seed: seeds.next()),
                streams: SeededGenerator(seed: seeds.next())
            )
        )
    }

    /// Returns the datagrams to send on for one that arrived, and their delay.
    func pass(_ bytes: [UInt8], fromClient: Bool, client: SocketAddress) -> Fate {
        let faults = faults.withLockedValue { fromClient ? $0.queries : $0.replies }
        let datagram = FaultInjector.Datagram(bytes: bytes, address: client)
        let released = counters.update { counters in
            chance.withLockedValue { chance in
                fromClient
                    ? chance.queries.pass(datagram, faults: faults, counters: &counters.queries)
                    : chance.replies.pass(datagram, faults: faults, counters: &counters.replies)
            }
        }
        return Fate(released: released, delay: faults.delay)
    }

    /// Returns a TCP reply, corrupted with the given probability.
    func passReply(_ message: [UInt8], corrupted fraction: Double) -> [UInt8] {
        chance.withLockedValue { chance in
            let happens = chance.streams.happens(fraction)
            let changed = chance.streams.corrupted(message)
            return happens ? changed : message
        }
    }

    /// Runs the action now, or on the event loop after the delay.
    func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        if delay <= .zero { return action() }
        eventLoop.scheduleTask(in: TimeAmount(delay), action)
    }

    struct Fate: Sendable {
        let released: [FaultInjector<SocketAddress>.Datagram]
        let delay: Duration
    }
}
