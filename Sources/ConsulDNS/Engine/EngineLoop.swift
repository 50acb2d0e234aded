// SPDX-License-Identifier: Apache-2.0

import CAres

/// The loop on the engine's thread: waits for sockets, performs the commands of the inbox, runs the lanes.
///
/// Everything here is confined to that thread; ``Inbox`` is the only shared state.
final class EngineLoop {
    private let loop: OpaquePointer
    private let inbox: Inbox
    private let configuration: EngineConfiguration
    private var lanes: [Lane] = []
    private var commands: [Inbox.Command] = []
    /// The number of `commands` that have been performed.
    private var performed = 0
    private var nextTick: UInt64 = 0

    /// The interval at which c-ares is ticked while it holds queries, so that it retransmits. Asking it for its next
    /// timeout instead walks all pending queries on 1.18.1.
    private static let tickInterval: UInt64 = 50_000_000

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
                let now = MonotonicTime.now
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
            let now = MonotonicTime.now
            tickIfDue(at: now)
            for lane in lanes { lane.work(at: now) }
        }
        let now = MonotonicTime.now
        for lane in lanes { lane.close(at: now) }
        lanes.removeAll()
    }

    private func perform(_ command: Inbox.Command, at now: UInt64) {
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
        let now = MonotonicTime.now
        lanes.removeAll { lane in
            if lane.isIdle { lane.close(at: now) }
            return lane.isIdle
        }
    }

    /// Returns the milliseconds for which the loop may sleep; -1 for no limit, as in an idle engine.
    private func patience() -> Int32 {
        guard lanes.contains(where: { $0.isBusy || $0.nextDeadline != nil }) else { return -1 }
        let now = MonotonicTime.now
        // The first tick after idleness is a whole interval away: the pending queries have only just been sent.
        if nextTick <= now { nextTick = now + EngineLoop.tickInterval }
        var wake = UInt64.max
        for lane in lanes {
            if let deadline = lane.nextDeadline { wake = min(wake, deadline) }
            if lane.isBusy { wake = min(wake, nextTick) }
        }
        guard wake > now else { return 0 }
        // Rounded up: waking a moment early would mean waking twice.
        return Int32(clamping: (wake - now + 999_999) / 1_000_000)
    }

    private func tickIfDue(at now: UInt64) {
        guard now >= nextTick else { return }
        nextTick = now + EngineLoop.tickInterval
        for lane in lanes where lane.isBusy { lane.tick() }
    }
}
