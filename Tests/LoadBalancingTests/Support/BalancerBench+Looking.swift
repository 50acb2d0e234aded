// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

@testable import LoadBalancing

extension BalancerBench {
    /// What the balancer knows of the endpoint of this number.
    func report(_ number: Int) -> EndpointReport? {
        balancer.endpoints.first { $0.endpoint.number == number }
    }

    /// The numbers of those that are ejected or on probation.
    var ejected: [Int] {
        balancer.endpoints.compactMap { report in
            switch report.state {
            case .ejected, .onProbation: report.endpoint.number
            case .eligible, .unhealthy: nil
            }
        }
    }

    /// Uses endpoints until this one has failed so often, and says whether it has been ejected; the others succeed.
    @discardableResult
    func fail(_ number: Int, times: Int = 5, _ kind: FailureKind = .server) throws -> Bool {
        var left = times
        for _ in 0..<10_000 where left > 0 {
            let lease = try balancer.pick()
            let isMeant = lease.endpoint.number == number
            lease.finish(isMeant ? .failure(kind) : .success)
            if isMeant { left -= 1 }
        }
        return ejected.contains(number)
    }

    /// A lease of this endpoint; the others that it takes to get one are dropped.
    func lease(of number: Int, _ options: PickOptions = PickOptions()) throws -> Lease {
        for _ in 0..<10_000 {
            let lease = try balancer.pick(options)
            if lease.endpoint.number == number { return lease }
        }
        throw PickError(code: .empty, message: "\(number) is never picked")
    }
}

extension PickOptions {
    /// What excludes endpoints by their numbers.
    static func excluding(_ numbers: Int..., key: HashKey? = nil) -> PickOptions {
        PickOptions(
            key: key,
            excluded: numbers.map { HostPort(host: Endpoint.numbered($0).host, port: Endpoint.numbered($0).port) }
        )
    }
}
