// SPDX-License-Identifier: Apache-2.0

import CAres
import DNSWire
import NetworkAddress

/// One nameserver over one transport: a c-ares channel and the scheduler that decides what it does.
///
/// Confined to the engine's thread.
final class Lane {
    let route: Route
    private let loop: OpaquePointer
    private let timing: Timing
    private var scheduler: QueryScheduler<QueryWaiter>
    private var channel: OpaquePointer?
    /// What c-ares reported and the scheduler has not been told yet: c-ares must not be entered again from its own
    /// callback, nor a task be resumed there.
    private var reports: [Report] = []

    struct Timing {
        let retransmission: Duration
        let tries: Int32
    }

    private struct Report {
        let query: SlotID
        let completion: QueryScheduler<QueryWaiter>.Completion
    }

    init(route: Route, loop: OpaquePointer, configuration: DNSClient.Configuration) {
        self.route = route
        self.loop = loop
        var policy = SchedulerPolicy()
        policy.window = min(max(configuration.maximumInFlight, 1), 128)
        policy.coalesces = configuration.coalescesQueries
        policy.sharingLimit = configuration.retransmissionInterval.nonNegativeNanoseconds
        switch route.transport {
        case .udp:
            // 0.4, 0.8, 1.6, 3.2 and 6.4 s: then the scheduler sends it anew, if somebody still waits.
            timing = Timing(retransmission: configuration.retransmissionInterval, tries: 5)
        case .tcp:
            // TCP repeats by itself; repeating a query on the connection would only be answered twice.
            timing = Timing(retransmission: .seconds(30), tries: 3)
            policy.retriesAfterLostConnection = 1
            // Half of what Consul serves on a connection, so that what was lost with one is served by the next even if a
            // part of its answers is lost as well.
            policy.window = min(policy.window, 64)
            policy.silenceLimit = 1_000_000_000
        }
        scheduler = QueryScheduler(policy: policy)
    }

    /// When something has to be done even if nothing comes in; `nil` for never.
    var nextDeadline: UInt64? { scheduler.nextDeadline }

    /// Whether nobody would miss it.
    var isIdle: Bool { scheduler.isIdle && reports.isEmpty }

    /// Whether c-ares holds queries, and so wants to be looked at now and then.
    var isBusy: Bool { channel.map { ca_channel_pending($0) > 0 } ?? false }

    // MARK: Events

    func submit(_ waiter: QueryWaiter, at now: UInt64) {
        let id = scheduler.submit(waiter.query, token: waiter, deadline: waiter.deadline, at: now)
        waiter.stage = .waiting(self, id)
    }

    func cancel(_ id: QueryScheduler<QueryWaiter>.WaiterID, at now: UInt64) {
        scheduler.cancel(id, at: now)
    }

    func tick() {
        if let channel { ca_channel_tick(channel) }
    }

    /// Tells the scheduler what c-ares reported and what time it is, and does what it decides.
    func work(at now: UInt64) {
        // Reports first: an answer that is here is in time, and nothing that the present connection said may be taken for
        // the word of one that replaces it.
        consumeReports(at: now)
        if let due = scheduler.nextDeadline, due <= now { scheduler.expire(at: now) }
        performActions(at: now)
        // Sending may have reported at once: a refused connection, an exhausted system.
        while !reports.isEmpty {
            consumeReports(at: now)
            performActions(at: now)
        }
    }

    func close(at now: UInt64) {
        scheduler.closeAll()
        performActions(at: now)
        disconnect()
    }

    // MARK: Actions

    private func consumeReports(at now: UInt64) {
        guard !reports.isEmpty else { return }
        // Out of the property first: nothing that follows may append to the array being walked.
        var pending: [Report] = []
        swap(&pending, &reports)
        for report in pending { scheduler.complete(report.query, with: report.completion, at: now) }
        pending.removeAll(keepingCapacity: true)
        if reports.isEmpty { swap(&pending, &reports) }
    }

    private func performActions(at now: UInt64) {
        var hasSent = false
        while let action = scheduler.nextAction() {
            switch action {
            case .send(let id, let query):
                send(query, as: id)
                hasSent = true
            case .finish(let waiter, let result):
                waiter.finish(result, at: now)
            case .reconnect:
                disconnect()
                reports.removeAll(keepingCapacity: true)
            }
        }
        if hasSent, let channel { ca_channel_flush(channel) }
    }

    private func send(_ query: DNSQuery, as id: SlotID) {
        guard let channel = channel ?? connect() else {
            reports.append(Report(query: id, completion: .failed(.outOfResources)))
            return
        }
        var message = query.message
        message.withUnsafeMutableBufferPointer { bytes in
            if let base = bytes.baseAddress { ca_channel_send(channel, id.rawValue, base, bytes.count) }
        }
    }

    private func connect() -> OpaquePointer? {
        channel = route.server.address.withNetworkBytes { address in
            var options = ca_channel_options()
            options.address = address.baseAddress
            options.address_length = address.count
            options.port = route.server.port
            options.tcp = route.transport == .tcp
            options.timeout_milliseconds = Int32(clamping: timing.retransmission.wholeMilliseconds)
            options.tries = timing.tries
            options.completion = reportCompletion
            // Unretained: the channel is destroyed before the lane is let go.
            options.context = Unmanaged.passUnretained(self).toOpaque()
            return ca_channel_create(loop, &options)
        }
        return channel
    }

    private func disconnect() {
        if let channel { ca_channel_destroy(channel) }
        channel = nil
    }

    fileprivate func report(_ query: SlotID, _ completion: QueryScheduler<QueryWaiter>.Completion) {
        reports.append(Report(query: query, completion: completion))
    }
}

/// The end of a query, reported from inside c-ares: the bytes are copied, nothing else happens here.
private let reportCompletion: ca_completion = { context, query, status, systemError, bytes, length in
    guard let context else { return }
    let lane = Unmanaged<Lane>.fromOpaque(context).takeUnretainedValue()
    let id = SlotID(rawValue: query)
    switch status {
    case CA_ANSWERED:
        lane.report(id, .answered([UInt8](UnsafeBufferPointer(start: bytes, count: length))))
    case CA_TIMED_OUT:
        lane.report(id, .timedOut)
    case CA_CONNECTION_FAILED:
        lane.report(id, .connectionFailed(systemError: systemError))
    case CA_MALFORMED:
        lane.report(id, .failed(.malformedAnswer))
    case CA_OUT_OF_MEMORY:
        lane.report(id, .failed(.outOfResources))
    case CA_DESTROYED:
        // Only a lane that disconnects destroys its channel; its scheduler has decided already what becomes of these.
        break
    default:
        lane.report(id, .failed(.rejected))
    }
}
