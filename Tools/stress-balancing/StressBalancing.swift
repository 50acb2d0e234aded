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
        let settings: [(String, any BalancingPolicy, PickOptions)] = [
            ("picks", .adaptive, PickOptions()),
            ("picks that exclude an endpoint", .weightedRoundRobin, PickOptions(excluded: [endpoints(3)[1].hostPort])),
            ("picks by a user's policy", InTurn(), PickOptions()),
        ]
        for (name, policy, options) in settings {
            let (picks, updates) = await stress(policy, options, for: .seconds(seconds) / settings.count)
            print("\(name): \(picks), and \(updates) updates")
        }
    }

    private static func stress(
        _ policy: any BalancingPolicy,
        _ options: PickOptions,
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
                            do { try balancer.pick(options).finish(.success) } catch { preconditionFailure("\(error)") }
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
                balancer.update(sets[updates & 1])
            }
            return (await group.reduce(0, +), updates)
        }
    }

    private static func endpoints(_ count: Int) -> [Endpoint] {
        (0..<count).map { number in
            let address = IPv4Address(rawValue: 0x0A00_0000 + UInt32(number))
            return Endpoint(host: .address(.v4(address)), port: 8080, weight: UInt16(count))
        }
    }
}
