// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

struct FollowingScenarios {
    @Test func `see the same, and ask together`() async throws {
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

    @Test func `ask once a second, however many they are`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Follow("first")
            Follow("second")
            Follow("third")
            // Whoever begins to follow wants to know how things are now.
            Asked(dns: .between(1, 3))
            for _ in 0..<20 {
                Advance(by: .seconds(1))
                Lookup(.fresh(1))
            }
            Asked(dns: 20)
        }
    }

    @Test func `are told of an outage once, and when it is over`() async throws {
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
    func `are told nothing of an election but that the endpoints are old`() async throws {
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

    @Test func `see what a part adds, and nothing that it leaves out go`() async throws {
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

    @Test func `keep to the TTL where it is more than the pace`() async throws {
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

    @Test func `are not sent away with what is old because Consul is slow`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Follow()
            Update(.fresh(1))
            DNS.answers(.endpoints(1, 2))
            DNS.waits()
            Advance(by: .seconds(1))
            // Who looks it up gets something old; the same question is what the follower waits for.
            Begin()
            Advance(by: .milliseconds(250))
            End(.stale(1))
            DNS.goesOn()
            Update(.fresh(1, 2))
        }
    }

    @Test func `know at first that nothing is known, and then something`() async throws {
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
