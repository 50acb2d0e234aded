// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// A balancer under measurement.
struct Subject {
    private let balancer: LoadBalancer
    private let endpoints: [Endpoint]

    init(_ policy: any BalancingPolicy, endpoints count: Int) {
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        balancer = LoadBalancer(configuration: configuration, seed: 1)
        endpoints = (0..<count).map { number in
            let address = IPv4Address(rawValue: 0x0A00_0000 + UInt32(number))
            return Endpoint(
                host: .address(.v4(address)),
                port: 8080,
                weight: number % 3 == 0 ? 10 : 1,
                node: "node-\(number).dc1.example"
            )
        }
        balancer.update(endpoints)
    }

    /// Returns nanoseconds for a pick with its lease dropped.
    func picks(_ count: Int, threads: Int) async -> Double {
        await nanoseconds(count, threads: threads) { options in
            do { _ = try balancer.pick(options) } catch { preconditionFailure("\(error)") }
        }
    }

    /// Returns nanoseconds for a pick and reading the port of its endpoint, with the lease dropped.
    func reads(_ count: Int, threads: Int) async -> Double {
        await nanoseconds(count, threads: threads) { options in
            do {
                let port = try balancer.pick(options).hostPort.port
                precondition(port == 8080, "the port of another endpoint")
            } catch { preconditionFailure("\(error)") }
        }
    }

    /// Returns nanoseconds for a pick and copying its endpoint, with the lease dropped.
    func copies(_ count: Int, threads: Int) async -> Double {
        await nanoseconds(count, threads: threads) { options in
            do {
                let port = try balancer.pick(options).endpoint.port
                precondition(port == 8080, "the port of another endpoint")
            } catch { preconditionFailure("\(error)") }
        }
    }

    /// Returns nanoseconds for a pick and the report of its success.
    func uses(_ count: Int, threads: Int) async -> Double {
        await nanoseconds(count, threads: threads) { options in
            do { try balancer.pick(options).finish(.success) } catch { preconditionFailure("\(error)") }
        }
    }

    /// Returns the median of many short runs, which ignores runs that were interrupted; not a number if threads never ran
    /// at the same time.
    private func nanoseconds(
        _ count: Int,
        threads: Int,
        _ work: @escaping @Sendable (PickOptions) -> Void
    ) async -> Double {
        let runs = ConcurrentRuns(threads: threads)
        let part = max(count / 1010, 1)
        return await withTaskGroup(of: [Double].self) { group in
            for thread in 0..<threads {
                group.addTask {
                    let options = (0..<64).map { PickOptions(key: HashKey($0)) }
                    return runs.nanoseconds(in: thread) {
                        for number in 0..<part { work(options[number & 63]) }
                    }
                }
            }
            let times = await group.reduce(into: []) { $0 += $1 }.sorted()
            return times.isEmpty ? .nan : times[times.count / 2] / Double(10 * part)
        }
    }

    /// Returns microseconds for an update that changes one endpoint's weight.
    func updates(_ count: Int) -> Double {
        var changed = endpoints
        let times = (0..<count).map { number in
            changed[number % changed.count].weight = UInt16(2 + number % 7)
            let start = ContinuousClock.now
            balancer.update(changed)
            return start.duration(to: .now) / .microseconds(1)
        }
        return times.sorted()[count / 2]
    }
}
