// SPDX-License-Identifier: Apache-2.0

#if DNS

import CAres
import ResolverSupport

/// The loop on the engine's thread: waits for sockets, performs the commands of the inbox, runs the lanes.
///
/// Everything here is confined to that thread; ``Inbox`` is the only shared state.
///
/// The engine's clock is `Moment.now`, that of every `Deadline`, so a deadline is compared as it is, without conversion.
/// The clock goes on while the machine sleeps: a query whose deadline passed meanwhile ends when the machine wakes up, and
/// a connection that was silent meanwhile counts as silent. `Moment.nowAwake` takes at most 5 ns less to read, a few times
/// a round, and a conversion would cost every query more than that.
final class EngineLoop {
    private let loop: OpaquePointer
    private let inbox: Inbox
    private let configuration: EngineConfiguration
    private var lanes: [Lane] = []
    private var commands: [Inbox.Command] = []
    /// The number of `commands` that have been performed.
    private var performed = 0
    private var nextTick = Moment(nanoseconds: 0)

    /// The interval at which c-ares is ticked while it holds queries, so that it retransmits. Asking it for its next
    /// timeout instead walks all pending queries on 1.18.1.
    private static let tickInterval = Nanoseconds(.milliseconds(50))

    /// The number of lanes from which on idle lanes are closed before another one is opened. Addresses of nameservers
    /// configured by name may change for years.
    private static let laneLimit = 16

    /// Commands that are performed before the loop returns to the sockets and the clock. The shim bounds what one round
    /// reads.
    private static let commandsPerRound = 1024

    init(loop: OpaquePointer, inbox: Inbox, configuration: EngineConfiguration) {
        self.loop = loop
        self.inbox = inbox
        self.configuration = configuration
    }

    /// Runs until the inbox has been closed and all waiters have been resumed.
    func run() {
        var isClosed = false
        while true {
            if performed == commands.count {
                isClosed = inbox.take(into: &commands)
                performed = 0
            }
            if !commands.isEmpty {
                let now = Moment.now
                let end = min(performed + EngineLoop.commandsPerRound, commands.count)
                while performed < end {
                    perform(commands[performed], at: now)
                    performed += 1
                }
                for lane in lanes { lane.work(at: now) }
            }
            if isClosed, performed == commands.count { break }
            // After a batch of commands more may have arrived: the loop polls the sockets, but sleeps only once the
            // inbox has been found empty.
            ca_loop_run(loop, commands.isEmpty ? patience() : 0)
            let now = Moment.now
            tickIfDue(at: now)
            for lane in lanes { lane.work(at: now) }
        }
        let now = Moment.now
        for lane in lanes { lane.close(at: now) }
        lanes.removeAll()
    }

    private func perform(_ command: Inbox.Command, at now: Moment) {
        switch command {
        case .submit(let waiter):
            if case .cancelledEarly = waiter.stage {
                waiter.finish(.failure(.cancelled), at: now)
            } else {
                lane(for: waiter.route).submit(waiter, at: now)
            }
        case .cancel(let waiter):
            switch waiter.stage {
            case .new: waiter.stage = .cancelledEarly
            case .waiting(let lane, let id): lane.cancel(id, at: now)
            case .cancelledEarly, .done: break
            }
        }
    }

    private func lane(for route: Route) -> Lane {
        // A handful at most: two transports for each nameserver.
        if let lane = lanes.first(where: { $0.route == route }) { return lane }
        if lanes.count >= EngineLoop.laneLimit { closeIdleLanes() }
        let lane = Lane(route: route, loop: loop, configuration: configuration)
        lanes.append(lane)
        return lane
    }

    private func closeIdleLanes() {
        let now = Moment.now
        lanes.removeAll { lane in
            if lane.isIdle { lane.close(at: now) }
            return lane.isIdle
        }
    }

    /// Returns the milliseconds for which the loop may sleep; -1 for no limit, as in an idle engine.
    private func patience() -> Int32 {
        guard lanes.contains(where: { $0.isBusy || $0.nextDeadline != nil }) else { return -1 }
        let now = Moment.now
        // The first tick after idleness is a whole interval away: the pending queries have only just been sent.
        if nextTick <= now { nextTick = now + EngineLoop.tickInterval }
        var wake = Moment(nanoseconds: .max)
        for lane in lanes {
            if let deadline = lane.nextDeadline { wake = min(wake, deadline) }
            if lane.isBusy { wake = min(wake, nextTick) }
        }
        guard wake > now else { return 0 }
        // Rounded up: waking a moment early would mean waking twice.
        return Int32(clamping: (wake.nanoseconds - now.nanoseconds - 1) / 1_000_000 + 1)
    }

    private func tickIfDue(at now: Moment) {
        guard now >= nextTick else { return }
        nextTick = now + EngineLoop.tickInterval
        for lane in lanes where lane.isBusy { lane.tick() }
    }
}

#endif
