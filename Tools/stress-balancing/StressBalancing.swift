// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import Synchronization

/// Picks from many threads while endpoints change at full speed. A fault in the sharing of snapshots crashes an
/// optimized build within seconds, and only an optimized one (see `UncountedReference` and `StripedReference`).
///
///     stress-balancing SECONDS
@main
enum StressBalancing {
    static func main() async {
        guard CommandLine.arguments.count == 2, let seconds = Int(CommandLine.arguments[1]), seconds > 0 else {
            return print("usage: stress-balancing SECONDS")
        }
        // The last member is true for endpoints that never return, whose records end with their last lease.
        let settings: [(String, any BalancingPolicy, PickOptions, Bool)] = [
            ("picks", .adaptive, PickOptions(), false),
            ("picks in turn", .weightedRoundRobin, PickOptions(), false),
            ("picks among endpoints that never return", .adaptive, PickOptions(), true),
            ("picks in turn among endpoints that never return", .weightedRoundRobin, PickOptions(), true),
            (
                "picks that exclude an endpoint", .weightedRoundRobin,
                PickOptions(excluded: [endpoints(3)[1].hostPort]), false
            ),
            ("picks by a user's policy", InTurn(), PickOptions(), false),
        ]
        for (name, policy, options, isNew) in settings {
            let (picks, updates) = await stress(policy, options, isNew, for: .seconds(seconds) / settings.count)
            print("\(name): \(picks), and \(updates) updates")
        }
    }

    private static func stress(
        _ policy: any BalancingPolicy,
        _ options: PickOptions,
        _ isNew: Bool,
        for duration: Duration
    ) async -> (picks: Int, updates: Int) {
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        let balancer = LoadBalancer(configuration: configuration, seed: 1)
        let sets = [endpoints(3), endpoints(4)]
        balancer.update(sets[0])
        let end = ContinuousClock.now + duration
        return await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var picks = 0
                    while ContinuousClock.now < end {
                        for _ in 0..<1000 {
                            do {
                                let lease = try balancer.pick(options)
                                precondition(lease.hostPort.port == 8080, "the port of another endpoint")
                                lease.finish(.success)
                            } catch { preconditionFailure("\(error)") }
                        }
                        picks += 1000
                        // There are fewer threads than tasks.
                        await Task.yield()
                    }
                    return picks
                }
            }
            var updates = 0
            while ContinuousClock.now < end {
                updates += 1
                balancer.update(isNew ? endpoints(4, from: 4 * updates) : sets[updates & 1])
            }
            return (await group.reduce(0, +), updates)
        }
    }

    private static func endpoints(_ count: Int, from first: Int = 0) -> [Endpoint] {
        (first..<first + count).map { number in
            let address = IPv4Address(rawValue: 0x0A00_0000 + UInt32(number & 0xFF_FFFF))
            return Endpoint(host: .address(.v4(address)), port: 8080, weight: UInt16(count))
        }
    }
}
