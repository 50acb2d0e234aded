// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

struct TimeToLiveScenarios {
    @Test(arguments: [(0, 1), (1, 1), (7, 7), (60, 60), (86_400, 60)])
    func `A TTL is applied between floor and ceiling`(timeToLive: Int, kept: Int) async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(timeToLive)), times: 1)
            DNS.answers(.endpoints(2), from: .milliseconds(1))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .milliseconds(kept * 800 - 1))
            Lookup(.fresh(1), dns: 0)
            Advance(by: .milliseconds(kept * 200 + 1))
            Lookup(.fresh(2), dns: 1)
        }
    }

    @Test
    func `A TTL of zero means one query a lookup where the floor is zero`() async throws {
        try await scenario(configure: { $0.cache?.minimumTimeToLive = .zero }) {
            for port: UInt16 in 1...10 {
                DNS.answers(.endpoints(port))
                Lookup(.fresh(port), dns: 1)
            }
        }
    }

    @Test func `A TTL of zero lets simultaneous lookups share a query`() async throws {
        try await scenario(configure: { $0.cache?.minimumTimeToLive = .zero }) {
            DNS.answers(.endpoints(1))
            Herd(100, .fresh(1), dns: 1)
            Herd(100, .fresh(1), dns: 1)
        }
    }

    @Test func `A TTL does not end while the clock stands still`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1), dns: 1)
            DNS.answers(.serverFailure)
            for _ in 0..<200 { Lookup(.fresh(1).aged(.zero)) }
            Asked(dns: 0)
        }
    }

    @Test
    func `A TTL of a failure does not end while the clock stands still either`() async throws {
        try await scenario {
            DNS.answers(.serverFailure)
            for _ in 0..<200 { Lookup(.unknown(.serverFailure)) }
            Asked(dns: 1)
        }
    }

    @Test func `A TTL is that of DNS even if the instances came from HTTP`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.cutOff(1, timeToLive: .seconds(20)), times: 2)
            HTTP.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2), dns: 2, http: 1)
            Advance(by: .seconds(15))
            Lookup(.fresh(1, 2), dns: 0, http: 0)
        }
    }
}
