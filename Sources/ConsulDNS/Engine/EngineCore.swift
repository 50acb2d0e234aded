// SPDX-License-Identifier: Apache-2.0

#if DNS

import CAres
import NIOConcurrencyHelpers
import ResolverSupport

/// The lanes of an engine with their channels, behind the engine's lock.
///
/// Two kinds of threads use it: the engine's own, and a caller that sends its query itself while that one sleeps
/// (``Inbox``). The lock is never held while the engine waits for its sockets, nor while a waiter is resumed: queries
/// that have ended are collected in `finished`, and resumed by the thread that has released the lock.
///
/// `@unchecked Sendable`: the methods that are not private take the lock, and the state is used with it held. c-ares
/// needs one thread at a time, not the same thread.
///
/// The engine's clock is `Moment.now`, that of every `Deadline`, so a deadline is compared as it is, without conversion.
/// The clock goes on while the machine sleeps. After that, queries end that are past their deadlines, and connections
/// count as silent for the time of the sleep. `Moment.nowAwake` takes at most 5 ns less to read, a few times a round, and
/// a conversion would cost every query more than that.
final class EngineCore: @unchecked Sendable {
    private let lock = NIOLock()
    private let loop: OpaquePointer
    private let configuration: EngineConfiguration
    private var lanes: [Lane] = []
    private var finished: [FinishedQuery] = []
    private var nextTick = Moment(nanoseconds: 0)
    /// The time at which the engine's thread next wakes up by itself.
    private var plannedWake = EngineCore.never
    private var isClosed = false

    private static let never = Moment(nanoseconds: .max)

    /// The interval at which c-ares is ticked while it holds queries, so that it retransmits. Asking it for its next
    /// timeout instead walks all pending queries on 1.18.1.
    private static let tickInterval = Nanoseconds(.milliseconds(50))

    /// The number of lanes from which on idle lanes are closed before another one is opened. Addresses of nameservers
    /// configured by name may change for years.
    private static let laneLimit = 16

    init(loop: OpaquePointer, configuration: EngineConfiguration) {
        self.loop = loop
        self.configuration = configuration
    }

    // MARK: Calls of a caller's thread

    /// Sends the query of a waiter, or queues it.
    ///
    /// - Parameter finished: Receives the queries that have ended at once, for want of a socket for example.
    /// - Returns: True if the engine's thread has to wake up earlier than it has planned.
    func submit(_ waiter: QueryWaiter, endedInto finished: inout [FinishedQuery]) -> Bool {
        lock.withLock {
            guard !isClosed else {
                finished.append(FinishedQuery(waiter: waiter, result: .failure(.clientClosed)))
                return false
            }
            // Reading the clock again would cost more than the microseconds since then matter.
            let now = waiter.askedAt
            let lane = submit(waiter, at: now)
            lane?.performActions(at: now, endedInto: &self.finished)
            if !self.finished.isEmpty { swap(&self.finished, &finished) }
            return plannedWake > min(lane?.nextDeadline ?? EngineCore.never, now + EngineCore.tickInterval)
        }
    }

    // MARK: Calls of the engine's thread

    func perform(_ commands: ArraySlice<Inbox.Command>, endedInto finished: inout [FinishedQuery]) {
        lock.withLock {
            let now = Moment.now
            for command in commands { perform(command, at: now) }
            for lane in lanes { lane.work(at: now, endedInto: &self.finished) }
            swap(&self.finished, &finished)
        }
    }

    /// Serves the sockets that are ready, and everything that is due.
    func serve(endedInto finished: inout [FinishedQuery]) {
        lock.withLock {
            ca_loop_serve(loop)
            let now = Moment.now
            tickIfDue(at: now)
            for lane in lanes { lane.work(at: now, endedInto: &self.finished) }
            swap(&self.finished, &finished)
        }
    }

    /// Ends all queries. Later ones are refused.
    func close(endedInto finished: inout [FinishedQuery]) {
        lock.withLock {
            isClosed = true
            for lane in lanes { lane.close(endedInto: &self.finished) }
            lanes.removeAll()
            swap(&self.finished, &finished)
        }
    }

    /// True if no query is under way, so that the next caller may send its query itself while the engine's thread sleeps.
    /// Of many queries, the engine's thread sends a batch in one system call, and its wake-up is shared.
    var isQuiet: Bool {
        ca_loop_may_change_during_wait() && lock.withLock { !lanes.contains(where: \.isBusy) }
    }

    /// Returns the milliseconds for which the engine's thread may sleep; -1 for no limit, as in an idle engine.
    func patience() -> Int32 {
        lock.withLock {
            let now = Moment.now
            // The first tick after idleness is a whole interval away: the pending queries have only just been sent.
            if nextTick <= now, lanes.contains(where: \.isBusy) { nextTick = now + EngineCore.tickInterval }
            // A tick stays planned when the last query has ended. The thread wakes up once in vain, and all queries until
            // then find that it will wake up in time for them.
            var wake = nextTick > now ? nextTick : EngineCore.never
            for lane in lanes {
                if let deadline = lane.nextDeadline { wake = min(wake, deadline) }
            }
            plannedWake = wake
            if wake == EngineCore.never { return -1 }
            guard wake > now else { return 0 }
            // Rounded up: waking a moment early would mean waking twice.
            return Int32(clamping: (wake.nanoseconds - now.nanoseconds - 1) / 1_000_000 + 1)
        }
    }

    // MARK: With the lock held

    private func perform(_ command: Inbox.Command, at now: Moment) {
        switch command {
        case .submit(let waiter):
            submit(waiter, at: now)
        case .cancel(let waiter):
            switch waiter.stage {
            case .new: waiter.stage = .cancelledEarly
            case .waiting(let lane, let id): lane.cancel(id, at: now)
            case .cancelledEarly, .done: break
            }
        }
    }

    /// Returns the lane that has to perform its actions now; `nil` if the query had been canceled before.
    @discardableResult
    private func submit(_ waiter: QueryWaiter, at now: Moment) -> Lane? {
        if case .cancelledEarly = waiter.stage {
            waiter.stage = .done
            finished.append(FinishedQuery(waiter: waiter, result: .failure(.cancelled)))
            return nil
        }
        let lane = lane(for: waiter.route)
        lane.submit(waiter, at: now)
        return lane
    }

    private func lane(for route: Route) -> Lane {
        // A handful at most: two transports for each nameserver.
        if let lane = lanes.first(where: { $0.route == route }) { return lane }
        if lanes.count >= EngineCore.laneLimit { closeIdleLanes() }
        let lane = Lane(route: route, loop: loop, configuration: configuration)
        lanes.append(lane)
        return lane
    }

    private func closeIdleLanes() {
        lanes.removeAll { lane in
            if lane.isIdle { lane.close(endedInto: &finished) }
            return lane.isIdle
        }
    }

    private func tickIfDue(at now: Moment) {
        guard now >= nextTick else { return }
        for lane in lanes where lane.isBusy {
            lane.tick()
            nextTick = now + EngineCore.tickInterval
        }
    }
}

#endif
