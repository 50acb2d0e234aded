// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

@testable import LoadBalancing

extension BalancerBench {
    /// Returns the balancer's report on the endpoint of this number.
    func report(_ number: Int) -> EndpointReport? {
        balancer.endpoints.first { $0.endpoint.number == number }
    }

    /// The numbers of the endpoints that are ejected or on probation.
    var ejected: [Int] {
        balancer.endpoints.compactMap { report in
            switch report.state {
            case .ejected, .onProbation: report.endpoint.number
            case .eligible, .unhealthy: nil
            }
        }
    }

    /// Lets a number of requests to this endpoint fail, and returns true if it was ejected.
    ///
    /// The requests are in flight together, with others beside them, so that policies which compare have no reason to
    /// avoid the endpoint.
    @discardableResult
    func fail(_ number: Int, times: Int = 5, _ kind: FailureKind = .server) throws -> Bool {
        var (meant, others): ([SharedLease], [SharedLease]) = ([], [])
        for _ in 0..<1000 where meant.count < times {
            let lease = SharedLease(try balancer.pick())
            if lease.endpoint.number == number { meant.append(lease) } else { others.append(lease) }
        }
        advance(by: .milliseconds(1))
        for lease in meant { lease.finish(.failure(kind)) }
        for lease in others { lease.finish(.success) }
        return ejected.contains(number)
    }

    /// Returns a lease of this endpoint; other leases picked on the way are dropped.
    func lease(of number: Int, _ options: PickOptions = PickOptions()) throws -> Lease {
        for _ in 0..<10_000 {
            let lease = try balancer.pick(options)
            if lease.endpoint.number == number { return lease }
        }
        throw PickError(code: .empty, message: "\(number) is never picked")
    }
}

extension PickOptions {
    /// Returns options that exclude endpoints by their numbers.
    static func excluding(_ numbers: Int..., key: HashKey? = nil) -> PickOptions {
        PickOptions(
            key: key,
            excluded: numbers.map { Endpoint.numbered($0).hostPort }
        )
    }
}
