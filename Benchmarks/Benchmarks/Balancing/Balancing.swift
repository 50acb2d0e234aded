// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Measures the cost of picking an endpoint.
///
///     Balancing COUNT      one line for each policy and number of endpoints: the policy, the number, nanoseconds for a
///                          pick with its lease dropped, for a pick and its report, both in each of two threads, and
///                          microseconds for an update in which one endpoint changes
@main
enum Balancing {
    static func main() async {
        guard CommandLine.arguments.count == 2, let count = Int(CommandLine.arguments[1]), count > 0 else {
            return print("usage: Balancing COUNT")
        }
        for policy in policies {
            for size in [10, 1000] {
                let subject = Subject(policy, endpoints: size)
                let pick = await subject.picks(count, threads: 1)
                let pickBeside = await subject.picks(count, threads: 2)
                let use = await subject.uses(count, threads: 1)
                let useBeside = await subject.uses(count, threads: 2)
                let update = subject.updates(100)
                print(policy, size, pick, use, pickBeside, useBeside, update)
            }
        }
    }

    private static var policies: [any BalancingPolicy] {
        [.weightedRoundRobin, .leastOutstanding, .adaptive, .hashed, .random, .pickFirst]
    }
}
