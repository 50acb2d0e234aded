// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Measures what it takes to pick an endpoint.
///
///     Balancing COUNT      for each policy and number of endpoints a line: the policy, the number, and nanoseconds for a
///                          pick (whose lease is dropped), for a pick and its report, both in each of two threads, and
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
