// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// A simulation of servers, clients and time around real balancers.
struct Simulation {
    private struct Request {
        let lease: SharedLease
        let client: Int
        let server: Int
        let sentAt: Int64
        let outcome: Outcome
    }

    private let setting: Setting
    private let clock = VirtualClock()
    private let balancers: [LoadBalancer]
    private var chances: Chances
    private let queue = EventQueue()
    private let timeout: Int64
    private var now: Int64 = 0
    /// The time until which each server with a queue is busy.
    private var busyUntil: [Int64]
    private var requests: [Request?] = []
    private var unused: [Int] = []
    private var sent = 0
    private var run = Run()

    init(_ setting: Setting, _ contender: Contender) {
        self.setting = setting
        timeout = nanoseconds(setting.timeout)
        busyUntil = [Int64](repeating: 0, count: setting.servers.count)
        var chances = Chances(seed: setting.seed)
        let clock = clock
        var balancers: [LoadBalancer] = []
        for _ in 0..<setting.clients {
            balancers.append(
                LoadBalancer(configuration: contender.configuration, seed: chances.next(), now: { clock.now })
            )
        }
        self.balancers = balancers
        self.chances = chances
    }

    /// Runs a simulation and returns its result.
    static func run(_ setting: Setting, _ contender: Contender) -> Run {
        var simulation = Simulation(setting, contender)
        simulation.begin()
        while let event = simulation.queue.next() { simulation.handle(event) }
        simulation.run.end = Double(simulation.now) / 1e9
        return simulation.run
    }

    private mutating func begin() {
        if setting.listings.isEmpty { list(Listing(time: 0, servers: 0..<setting.servers.count)) }
        for (index, listing) in setting.listings.enumerated() {
            queue.add(.listing(index), at: nanoseconds(listing.time))
        }
        switch setting.arrivals {
        case .open(let rate, _): queue.add(.arrival, at: nanoseconds(chances.exponential(mean: 1 / rate)))
        case .closed(let inFlight, _): for _ in 0..<inFlight { queue.add(.arrival, at: 0) }
        }
    }

    private mutating func handle(_ event: Event) {
        now = event.time
        clock.move(to: now)
        switch event.kind {
        case .listing(let index): list(setting.listings[index])
        case .arrival: arrive()
        case .answer(let request): answer(request)
        }
    }

    private func list(_ listing: Listing) {
        let endpoints = listing.servers.map { number in
            var endpoint = Endpoint.numbered(number, weight: setting.weights[at: number] ?? 1)
            endpoint.probe = listing.probes[number]
            return endpoint
        }
        for balancer in balancers { balancer.update(endpoints, isStale: listing.isStale) }
    }

    // MARK: Requests

    private mutating func arrive() {
        switch setting.arrivals {
        case .open(let rate, let seconds):
            send(from: chances.index(below: balancers.count))
            let next = now &+ nanoseconds(chances.exponential(mean: 1 / rate))
            if next < nanoseconds(seconds) { queue.add(.arrival, at: next) }
        case .closed(_, let limit):
            if sent < limit { send(from: sent % balancers.count) }
        }
    }

    private mutating func send(from client: Int) {
        sent &+= 1
        guard let lease = try? balancers[client].pick() else {
            run.failedPicks &+= 1
            return
        }
        if lease.flags.contains(.stale) { run.stalePicks &+= 1 }
        let server = lease.endpoint.number
        let (time, outcome) = work(on: server)
        let request = Request(
            lease: SharedLease(lease),
            client: client,
            server: server,
            sentAt: now,
            outcome: outcome
        )
        if let place = unused.popLast() {
            requests[place] = request
            queue.add(.answer(request: place), at: time)
        } else {
            requests.append(request)
            queue.add(.answer(request: requests.count &- 1), at: time)
        }
    }

    /// Returns the time at which the client learns the outcome, and the outcome. Both are known when the request is
    /// sent, because no request overtakes another.
    private mutating func work(on server: Int) -> (time: Int64, outcome: Outcome) {
        let timeout = now &+ timeout
        let served: (time: ServiceTime, outcome: Outcome)
        switch setting.servers[server].behavior(at: Double(now) / 1e9) {
        case .answers(let time): served = (time, .success)
        case .fails(let time): served = (time, .failure(.server))
        case .silent: return (timeout, .failure(.timeout))
        }
        var end = now &+ nanoseconds(served.time.draw(&chances))
        if setting.servers[server].isQueue {
            end &+= max(busyUntil[server] &- now, 0)
            busyUntil[server] = end
        }
        return end > timeout ? (timeout, .failure(.timeout)) : (end, served.outcome)
    }

    private mutating func answer(_ place: Int) {
        guard let request = requests[place] else { return }
        requests[place] = nil
        unused.append(place)
        request.lease.finish(request.outcome)
        run.samples.append(
            Sample(
                sentAt: request.sentAt,
                latency: now &- request.sentAt,
                server: Int32(request.server),
                client: Int32(request.client),
                failed: request.outcome != .success
            )
        )
        if case .closed = setting.arrivals { queue.add(.arrival, at: now) }
    }
}

extension Array {
    /// Returns the element at an index; `nil` if the index is out of range.
    fileprivate subscript(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
