// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

/// Refreshes ahead, which start in the last tenth to fifth of the TTL, and only for lookups.
struct PrefetchScenarios {
    @Test
    func `A refresh starts with a lookup in the last tenth to fifth, which does not wait for it`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(50)))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .milliseconds(39_999))
            Lookup(.fresh(1), dns: 0)
            DNS.answers(.endpoints(2, timeToLive: .seconds(50)))
            Advance(by: .milliseconds(5_002))
            Lookup(.fresh(1).aged(.milliseconds(45_001)), dns: 1)
            Lookup(.fresh(2).aged(.zero), dns: 0)
        }
    }

    @Test func `A refresh takes one query for any number of lookups`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(50)))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .seconds(46))
            DNS.waits()
            for _ in 0..<5 { Lookup(.fresh(1)) }
            DNS.goesOn()
            Asked(dns: 1)
            Advance(by: .seconds(39))
            Lookup(.fresh(1).aged(.seconds(39)), dns: 0)
        }
    }

    @Test func `A refresh does not start without a lookup`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(50)))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .seconds(46))
            Asked(dns: 0)
            Advance(by: .seconds(3600))
            Asked(dns: 0)
            Lookup(.fresh(1).aged(.zero), dns: 1)
        }
    }

    @Test
    func `A refresh that fails leaves the answer good until its TTL is over`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(50)))
            Lookup(.fresh(1), dns: 1)
            DNS.answers(.serverFailure)
            Advance(by: .seconds(46))
            Lookup(.fresh(1), dns: 1)
            Lookup(.fresh(1).aged(.seconds(46)).expiring(in: .seconds(4)...(.seconds(4))), dns: 0)
            Advance(by: .milliseconds(3999))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .milliseconds(1))
            // Consul has just failed: lookups do not wait for another failure, and the backoff holds.
            Lookup(.stale(1).aged(.seconds(50)), dns: 0)
        }
    }

    @Test
    func `A refresh that fails leaves the answer good where stale answers are disabled, too`() async throws {
        try await scenario(configure: { $0.cache?.staleLimit = .zero }) {
            DNS.answers(.endpoints(1, timeToLive: .seconds(50)))
            Lookup(.fresh(1), dns: 1)
            DNS.answers(.serverFailure)
            Advance(by: .seconds(46))
            Lookup(.fresh(1), dns: 1)
            Lookup(.fresh(1), dns: 0)
            Advance(by: .seconds(4))
            Lookup(.unknown(.serverFailure), dns: 1)
        }
    }

    @Test func `A refresh is repeated after a failure, and then succeeds`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(50)))
            Lookup(.fresh(1), dns: 1)
            DNS.answers(.serverFailure, times: 1)
            Advance(by: .seconds(46))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .milliseconds(700))
            Lookup(.fresh(1), dns: 0)
            Advance(by: .milliseconds(300))
            Lookup(.fresh(1).aged(.seconds(47)), dns: 1)
            Lookup(.fresh(1).aged(.zero), dns: 0)
        }
    }

    @Test func `A refresh that takes long delays no lookup`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(50)))
            Lookup(.fresh(1), dns: 1)
            DNS.waits()
            Advance(by: .seconds(46))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .milliseconds(250))
            Advance(by: .seconds(3))
            Lookup(.fresh(1), dns: 0)
            Advance(by: .seconds(1))
            Lookup(.stale(1), dns: 0)
            DNS.goesOn()
            Lookup(.fresh(1).aged(.zero), dns: 0)
        }
    }

    @Test func `A refresh starts in time where the floor exceeds the TTL`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .milliseconds(799))
            Lookup(.fresh(1), dns: 0)
            Advance(by: .milliseconds(102))
            Lookup(.fresh(1).aged(.milliseconds(901)), dns: 1)
            Lookup(.fresh(1).aged(.zero), dns: 0)
        }
    }

    @Test func `A refresh starts in time where the ceiling is below the TTL`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(3600)))
            Lookup(.fresh(1).expiring(in: .seconds(3600)...(.seconds(3600))), dns: 1)
            Advance(by: .milliseconds(47_999))
            Lookup(.fresh(1), dns: 0)
            Advance(by: .milliseconds(6_002))
            Lookup(.fresh(1), dns: 1)
            Lookup(.fresh(1).aged(.zero), dns: 0)
        }
    }

    @Test func `A refresh without a reason removes no endpoint that it leaves out`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(50)))
            Lookup(.fresh(1))
            DNS.answers(.noSuchName(), times: 1)
            Advance(by: .seconds(46))
            Lookup(.fresh(1))
            Lookup(.stale(1))
            Advance(by: .seconds(1))
            Lookup(.stale(1))
            Lookup(.fresh(1))
        }
    }
}
