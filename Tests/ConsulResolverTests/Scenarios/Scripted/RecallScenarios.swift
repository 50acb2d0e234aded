// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

struct RecallScenarios {
    @Test
    func `A recalled answer is returned with its present age when Consul fails`() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(100))
            DNS.answers(.serverFailure)
            Lookup(.stale(1, 2).aged(.seconds(100)), dns: 1)
            Advance(by: .seconds(10))
            Lookup(.stale(1, 2).aged(.seconds(110)))
        }
    }

    @Test func `A recalled answer is replaced by a current one`() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(100))
            DNS.answers(.endpoints(3))
            Lookup(.fresh(3), dns: 1)
        }
    }

    @Test
    func `A recalled answer is returned after the client response timer when Consul is slow`() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(100))
            DNS.answers(.endpoints(3))
            DNS.waits()
            Begin()
            Advance(by: .milliseconds(250))
            End(.stale(1, 2))
            DNS.goesOn()
            Lookup(.fresh(3))
        }
    }

    @Test func `A recalled answer is not returned when it is too old`() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(3601))
            DNS.answers(.serverFailure)
            Lookup(.unknown(.serverFailure), dns: 1)
        }
    }

    @Test func `A recalled answer is not removed by an empty answer without a reason`() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(100))
            DNS.answers(.noSuchName())
            Lookup(.stale(1, 2))
            Advance(by: .seconds(30))
            Lookup(.stale(1, 2))
            Lookup(.empty(nil))
        }
    }
}
