// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Measures the cost of picking an endpoint.
///
///     Balancing COUNT      one line for each policy and number of endpoints: the policy, the number, nanoseconds for a
///                          pick with its lease dropped, for a pick and its report, both in each of two threads,
///                          microseconds for an update in which one endpoint changes, nanoseconds for a pick and reading
///                          the endpoint's port, in each of two threads, and the same for a copy of the endpoint
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
                let read = await subject.reads(count, threads: 1)
                let readBeside = await subject.reads(count, threads: 2)
                let copy = await subject.copies(count, threads: 1)
                let copyBeside = await subject.copies(count, threads: 2)
                print(policy, size, pick, use, pickBeside, useBeside, update, read, readBeside, copy, copyBeside)
            }
        }
    }

    private static var policies: [any BalancingPolicy] {
        [.weightedRoundRobin, .leastOutstanding, .adaptive, .hashed, .random, .pickFirst]
    }
}
