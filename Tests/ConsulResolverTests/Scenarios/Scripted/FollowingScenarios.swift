// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

struct FollowingScenarios {
    @Test func `Followers and lookups see the same endpoints, and share queries`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, 2))
            Follow()
            Update(.fresh(1, 2))
            Lookup(.fresh(1, 2), dns: 1)
            DNS.answers(.endpoints(2, 3))
            Advance(by: .seconds(1))
            Update(.fresh(2, 3))
            Lookup(.fresh(2, 3).aged(.zero), dns: 1)
        }
    }

    @Test func `Followers cause one query a second, whatever their number`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Follow("first")
            Follow("second")
            Follow("third")
            // A new follower needs a current answer.
            Asked(dns: .between(1, 3))
            for _ in 0..<20 {
                Advance(by: .seconds(1))
                Lookup(.fresh(1))
            }
            Asked(dns: 20)
        }
    }

    @Test func `Followers get one update for an outage, and one for its end`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, 2))
            Follow()
            Update(.fresh(1, 2))
            DNS.answers(.serverFailure)
            for _ in 0..<30 {
                Advance(by: .seconds(1))
                Lookup(.stale(1, 2))
            }
            Update(.stale(1, 2))
            DNS.answers(.endpoints(1, 2))
            Advance(by: .milliseconds(1500))
            Update(.fresh(1, 2))
            Lookup(.fresh(1, 2))
        }
    }

    @Test
    func `Followers get only a stale update during an election`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            HTTP.answers(.leaderless())
            Follow()
            Update(.fresh(1, 2))
            DNS.answers(.noSuchName())
            Advance(by: .seconds(1))
            Update(.stale(1, 2))
            Advance(by: .milliseconds(1500))
            DNS.answers(.endpoints(1, 2))
            Advance(by: .milliseconds(1500))
            Update(.fresh(1, 2))
        }
    }

    @Test func `Followers see what a partial answer adds, and keep what it leaves out`() async throws {
        try await scenario {
            DNS.answers(.cutOff(1, 2, 3))
            Follow()
            Update(.part(1, 2, 3))
            DNS.answers(.cutOff(3, 4))
            Advance(by: .seconds(1))
            Update(.part(1, 2, 3, 4))
            Lookup(.part(1, 2, 3, 4))
        }
    }

    @Test func `Followers keep to the TTL where it is longer than the minimum interval`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(30)))
            Follow()
            Update(.fresh(1))
            for _ in 0..<26 {
                Advance(by: .seconds(1))
                Lookup(.fresh(1))
            }
            Asked(dns: .between(1, 2))
            DNS.answers(.endpoints(2, timeToLive: .seconds(30)))
            for _ in 0..<30 { Advance(by: .seconds(1)) }
            Update(.fresh(2))
        }
    }

    @Test func `Followers get no stale update because Consul is slow`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Follow()
            Update(.fresh(1))
            DNS.answers(.endpoints(1, 2))
            DNS.waits()
            Advance(by: .seconds(1))
            // A lookup gets a stale answer, while the follower waits for the same query.
            Begin()
            Advance(by: .milliseconds(250))
            End(.stale(1))
            DNS.goesOn()
            Update(.fresh(1, 2))
        }
    }

    @Test func `Followers get an unknown outcome at first, and then the endpoints`() async throws {
        try await scenario {
            DNS.answers(.serverFailure)
            Follow()
            Update(.unknown(.serverFailure))
            Lookup(.unknown(.serverFailure), dns: 1)
            DNS.answers(.endpoints(1))
            Advance(by: .seconds(1))
            Update(.fresh(1))
            Lookup(.fresh(1))
        }
    }
}
