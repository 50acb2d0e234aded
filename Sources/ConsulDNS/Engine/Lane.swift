// SPDX-License-Identifier: Apache-2.0

#if DNS

import CAres
import DNSWire
import NetworkAddress
import ResolverSupport

/// One nameserver over one transport: a scheduler, and a c-ares channel for each of the scheduler's connections.
///
/// Used with the engine's lock held.
final class Lane {
    let route: Route
    private let loop: OpaquePointer
    private let configuration: EngineConfiguration
    private var scheduler: QueryScheduler<QueryWaiter>
    /// A handful at most.
    private var connections: [LaneConnection] = []
    /// Reports of c-ares that the scheduler has not processed yet: inside its own callback c-ares must not be called
    /// again, nor a task be resumed.
    private var reports: [(attempt: SlotID, completion: QueryCompletion)] = []

    init(route: Route, loop: OpaquePointer, configuration: EngineConfiguration) {
        self.route = route
        self.loop = loop
        self.configuration = configuration
        scheduler = QueryScheduler(policy: SchedulerPolicy(for: route, configuration))
    }

    /// The time at which the scheduler has work to do without any input; `nil` for never.
    var nextDeadline: Moment? { scheduler.nextDeadline }

    /// True if the lane can be closed without losing anything.
    var isIdle: Bool { scheduler.isIdle && reports.isEmpty }

    /// True if c-ares holds queries and needs ticks.
    var isBusy: Bool { connections.contains { ca_channel_pending($0.channel) > 0 } }

    // MARK: Events

    func submit(_ waiter: QueryWaiter, at now: Moment) {
        let id = scheduler.submit(waiter.query, token: waiter, deadline: waiter.deadline, at: now)
        waiter.stage = .waiting(self, id)
    }

    func cancel(_ id: QueryScheduler<QueryWaiter>.WaiterID, at now: Moment) {
        scheduler.cancel(id, at: now)
    }

    func tick() {
        for connection in connections { ca_channel_tick(connection.channel) }
    }

    /// Passes the reports of c-ares and the current time to the scheduler, and performs the resulting actions.
    func work(at now: Moment, endedInto finished: inout [FinishedQuery]) {
        // Reports first: an answer that has arrived is in time, and was accepted before its socket was spoiled.
        consumeReports(at: now)
        for connection in connections where ca_channel_is_spoiled(connection.channel) {
            scheduler.spoil(connection.id, at: now)
        }
        if let due = scheduler.nextDeadline, due <= now { scheduler.expire(at: now) }
        performActions(at: now, endedInto: &finished)
    }

    func close(endedInto finished: inout [FinishedQuery]) {
        scheduler.closeAll()
        performNextActions(endedInto: &finished)
        for connection in connections { connection.close() }
        connections.removeAll()
    }

    // MARK: Actions

    private func consumeReports(at now: Moment) {
        guard !reports.isEmpty else { return }
        // Moved out of the property first, so that later code cannot append to the array during the iteration.
        var pending = reports
        reports = []
        for report in pending { scheduler.complete(report.attempt, with: report.completion, at: now) }
        pending.removeAll(keepingCapacity: true)
        if reports.isEmpty { swap(&pending, &reports) }
    }

    /// Performs the actions of the scheduler.
    func performActions(at now: Moment, endedInto finished: inout [FinishedQuery]) {
        performNextActions(endedInto: &finished)
        // Sending may have reported a failure at once: a refused connection, an exhausted system.
        while !reports.isEmpty {
            consumeReports(at: now)
            performNextActions(endedInto: &finished)
        }
    }

    private func performNextActions(endedInto finished: inout [FinishedQuery]) {
        while let action = scheduler.nextAction() {
            switch action {
            case .send(let attempt, let query, let connection, let mixesCase):
                send(query, as: attempt, over: connection, mixesCase: mixesCase)
            case .finish(let waiter, let result):
                waiter.stage = .done
                finished.append(FinishedQuery(waiter: waiter, result: result))
            case .close(let id): close(id)
            }
        }
        for connection in connections where connection.hasUnsent {
            connection.hasUnsent = false
            ca_channel_flush(connection.channel)
        }
    }

    private func send(_ query: DNSQuery, as attempt: SlotID, over id: ConnectionID, mixesCase: Bool) {
        guard let connection = connections.first(where: { $0.id == id }) ?? open(id) else {
            report(attempt, .failed(.outOfResources))
            return
        }
        var message = query.message
        message.withUnsafeMutableBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            ca_channel_send(connection.channel, attempt.rawValue, base, bytes.count, mixesCase)
        }
        connection.hasUnsent = true
    }

    private func open(_ id: ConnectionID) -> LaneConnection? {
        let strayLimit = scheduler.policy.forgeryGuard?.strayLimit ?? 0
        guard
            let connection = LaneConnection(
                id: id,
                lane: self,
                loop: loop,
                configuration: configuration,
                strayLimit: strayLimit
            )
        else { return nil }
        connections.append(connection)
        return connection
    }

    /// Closes a connection. Reports of the channel during its destruction are ignored: the scheduler has already
    /// removed its attempts.
    private func close(_ id: ConnectionID) {
        guard let index = connections.firstIndex(where: { $0.id == id }) else { return }
        connections.remove(at: index).close()
    }

    func report(_ attempt: SlotID, _ completion: QueryCompletion) {
        reports.append((attempt, completion))
    }
}

extension SchedulerPolicy {
    fileprivate init(for route: Route, _ configuration: EngineConfiguration) {
        window = configuration.window
        coalesces = configuration.coalescesQueries
        let retransmission = Int64(configuration.retransmissionMilliseconds) * 1_000_000
        sharingLimit = Nanoseconds(count: retransmission)
        overdueAfter = Nanoseconds(count: retransmission / 2)
        switch route.transport {
        case .udp:
            if configuration.guardsLoopback || !route.server.address.isLoopback { forgeryGuard = ForgeryGuard() }
        case .tcp:
            retriesAfterLostConnection = 1
            // Half of what Consul serves on a connection, so that the next connection serves the queries of a lost one
            // even if a part of its answers is lost as well.
            window = min(window, 64)
            silenceLimit = Nanoseconds(.seconds(1))
            answersInOrder = true
        }
    }
}

#endif
