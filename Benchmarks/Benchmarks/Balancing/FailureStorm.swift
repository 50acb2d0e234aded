// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import Synchronization

/// Picks among many endpoints while every other one fails and the set is updated all the time.
struct FailureStorm {
    /// The times of the picks, in microseconds, and the number of updates meanwhile.
    struct Summary {
        let median: Double
        let p99: Double
        let longest: Double
        let updates: Int
        /// The median of an update, in microseconds.
        let update: Double
    }

    private let balancer: LoadBalancer
    private let endpoints: [Endpoint]

    init(_ policy: any BalancingPolicy, endpoints count: Int) {
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        balancer = LoadBalancer(configuration: configuration, seed: 1)
        endpoints = (0..<count).map { number in
            Endpoint(
                host: .address(.v4(IPv4Address(rawValue: 0x0A00_0000 + UInt32(number)))),
                port: number.isMultiple(of: 2) ? 8080 : 8081,
                node: "node-\(number).dc1.example"
            )
        }
        balancer.update(endpoints)
    }

    /// Picks this many times, with a pause after each, so that the updates have a core of two.
    func run(_ count: Int) async -> Summary {
        let isOver = Flag()
        return await withTaskGroup(of: [Double].self) { group in
            group.addTask { updates(until: isOver) }
            let pickTimes = await picks(count)
            isOver.set()
            let updateTimes = await group.next() ?? []
            return Summary(
                median: pickTimes[count / 2],
                p99: pickTimes[count - 1 - count / 100],
                longest: pickTimes[count - 1],
                updates: updateTimes.count,
                update: updateTimes.isEmpty ? .nan : updateTimes[updateTimes.count / 2]
            )
        }
    }

    /// Returns the sorted times of picks. The lease of an endpoint with an odd number is reported as refused.
    private func picks(_ count: Int) async -> [Double] {
        var times: [Double] = []
        times.reserveCapacity(count)
        for number in 0..<count {
            let start = ContinuousClock.now
            do {
                let lease = try balancer.pick(PickOptions(key: HashKey(number)))
                times.append(start.duration(to: .now) / .microseconds(1))
                let isHealthy = lease.hostPort.port == 8080
                lease.finish(isHealthy ? .success : .failure(.connect))
            } catch { preconditionFailure("\(error)") }
            if number.isMultiple(of: 64) { try? await Task.sleep(for: .microseconds(500)) }
        }
        return times.sorted()
    }

    /// Returns the sorted times of updates, each of which changes the weight of one endpoint.
    private func updates(until isOver: Flag) -> [Double] {
        var changed = endpoints
        var times: [Double] = []
        while !isOver.isSet {
            changed[times.count % changed.count].weight = UInt16(2 + times.count % 7)
            let start = ContinuousClock.now
            balancer.update(changed)
            times.append(start.duration(to: .now) / .microseconds(1))
        }
        return times.sorted()
    }

    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)

        var isSet: Bool { value.load(ordering: .relaxed) }

        func set() { value.store(true, ordering: .relaxed) }
    }
}
