// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

/// The situations of unbound's tests of `serve-expired`.
struct ServeExpiredScenarios {
    @Test func `A stale answer is returned with its age when Consul fails`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, 2, timeToLive: .seconds(10)))
            DNS.answers(.serverFailure, from: .seconds(11), until: .seconds(40))
            Lookup(.fresh(1, 2).aged(.zero), dns: 1)
            Advance(by: .seconds(12))
            Lookup(.stale(1, 2).aged(.seconds(12)), dns: 1)
            Advance(by: .milliseconds(500))
            Lookup(.stale(1, 2).aged(.milliseconds(12_500)), dns: 0)
        }
    }

    @Test func `A stale answer is not returned while Consul answers`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(10)))
            Lookup(.fresh(1))
            DNS.answers(.endpoints(2, timeToLive: .seconds(10)))
            Advance(by: .seconds(11))
            Lookup(.fresh(2).aged(.zero))
        }
    }

    @Test func `A stale answer has a TTL until the next query at most`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, timeToLive: .seconds(60)))
            DNS.answers(.serverFailure, from: .seconds(61))
            Lookup(.fresh(1).expiring(in: .seconds(60)...(.seconds(60))))
            Advance(by: .seconds(61))
            Lookup(.stale(1).expiring(in: .zero...(.seconds(1))))
            Advance(by: .seconds(2))
            Lookup(.stale(1).expiring(in: .zero...(.zero)))
        }
    }

    @Test
    func `A stale answer does not become younger by a failure: the limit counts from its arrival`() async throws {
        try await scenario(configure: { $0.cache?.staleLimit = .seconds(60) }) {
            DNS.answers(.endpoints(1, timeToLive: .seconds(10)))
            DNS.answers(.serverFailure, from: .seconds(1))
            Lookup(.fresh(1), dns: 1)
            for second in stride(from: 12, through: 60, by: 4) {
                Advance(by: .seconds(second == 12 ? 12 : 4))
                Lookup(.stale(1).aged(.seconds(second)), dns: 1)
            }
            Advance(by: .seconds(2))
            Lookup(.unknown(.serverFailure), dns: 1)
        }
    }

    @Test
    func `A stale answer is dropped at the limit, and a new one is believed at once`() async throws {
        try await scenario(configure: { $0.cache?.staleLimit = .seconds(60) }) {
            DNS.answers(.endpoints(1, timeToLive: .seconds(10)))
            Lookup(.fresh(1))
            DNS.answers(.serverFailure)
            Advance(by: .seconds(60))
            Lookup(.stale(1).aged(.seconds(60)))
            Advance(by: .seconds(2))
            Lookup(.unknown(.serverFailure))
            DNS.answers(.endpoints(2))
            Advance(by: .seconds(2))
            Lookup(.fresh(2))
        }
    }

    @Test func `A stale answer is never returned where stale answers are disabled`() async throws {
        try await scenario(configure: { $0.cache?.staleLimit = .zero }) {
            DNS.answers(.endpoints(1, timeToLive: .seconds(10)))
            DNS.answers(.serverFailure, from: .seconds(1))
            Lookup(.fresh(1))
            Advance(by: .seconds(7))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .seconds(4))
            Lookup(.unknown(.serverFailure), dns: 1)
        }
    }

    @Test func `A stale answer is returned even if its TTL was zero`() async throws {
        try await scenario(configure: { $0.cache?.minimumTimeToLive = .zero }) {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1), dns: 1)
            Lookup(.fresh(1), dns: 1)
            DNS.answers(.serverFailure)
            Advance(by: .seconds(1))
            Lookup(.stale(1).aged(.seconds(1)), dns: 1)
            Lookup(.stale(1), dns: 0)
            DNS.answers(.endpoints(2))
            Advance(by: .seconds(1))
            Lookup(.stale(1), dns: 1)
            Lookup(.fresh(2), dns: 1)
        }
    }

    @Test func `A stale answer hides a NODATA without a reason for a limited time`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            DNS.answers(.noData())
            Advance(by: .seconds(2))
            // Over UDP and, because that is not believed, over TCP.
            Lookup(.stale(1).aged(.seconds(2)), dns: 3)
            for _ in 0..<28 {
                Advance(by: .seconds(1))
                Lookup(.stale(1))
            }
            Advance(by: .seconds(2))
            Lookup(.stale(1))
            Advance(by: .milliseconds(1))
            Lookup(.empty(nil))
        }
    }

    @Test func `A stale answer hides an NXDOMAIN without a reason for a limited time`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            DNS.answers(.noSuchName(), from: .seconds(2))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .seconds(2))
            Lookup(.stale(1), dns: 1)
            Advance(by: .seconds(29))
            Lookup(.stale(1), dns: 1)
            Advance(by: .seconds(2))
            // Returned once more during the fetch, since lookups do not wait after a doubt.
            Lookup(.stale(1), dns: 1)
            Lookup(.empty(nil), dns: 1)
        }
    }

    @Test(arguments: [1, 50])
    func `A stale answer is still there when the first fetch after it failed`(failures: Int) async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            DNS.answers(.serverFailure, times: failures)
            for _ in 0..<failures {
                Advance(by: .seconds(2))
                Lookup(.stale(1), dns: .between(1, 2))
            }
            Advance(by: .seconds(2))
            Lookup(.stale(1), dns: 1)
            Lookup(.fresh(1).aged(.zero), dns: 0)
        }
    }
}
