// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Measures the cost of picking an endpoint.
///
///     Balancing COUNT      one line for each policy and number of endpoints: the policy, the number, nanoseconds for a
///                          pick with its lease dropped, for a pick and its report, both in each of two threads,
///                          microseconds for an update in which one endpoint changes, nanoseconds for a pick and reading
///                          the endpoint's port, in each of two threads, and the same for a copy of the endpoint
///     Balancing failing COUNT
///                          one line for each policy: the policy, and of COUNT picks among 5000 endpoints, of which every
///                          other one fails, the median, the 99th percentile and the longest in microseconds, while the
///                          set is updated all the time; the number of updates, and the median of one in microseconds
@main
enum Balancing {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard let count = arguments.last.flatMap({ Int($0) }), count > 0,
            [[], ["failing"]].contains(arguments.dropLast())
        else { return print("usage: Balancing [failing] COUNT") }
        if arguments.count == 2 { return await failing(count) }
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

    private static func failing(_ count: Int) async {
        for policy in policies {
            let result = await FailureStorm(policy, endpoints: 5000).run(count)
            print(policy, result.median, result.p99, result.longest, result.updates, result.update)
        }
    }

    private static var policies: [any BalancingPolicy] {
        [.weightedRoundRobin, .leastOutstanding, .adaptive, .hashed, .random, .pickFirst]
    }
}
