// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

struct RecallScenarios {
    @Test
    func `is given when Consul cannot be asked, with the age that it has by then`() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(100))
            DNS.answers(.serverFailure)
            Lookup(.stale(1, 2).aged(.seconds(100)), dns: 1)
            Advance(by: .seconds(10))
            Lookup(.stale(1, 2).aged(.seconds(110)))
        }
    }

    @Test func `gives way to whatever is true now`() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(100))
            DNS.answers(.endpoints(3))
            Lookup(.fresh(3), dns: 1)
        }
    }

    @Test
    func `is given after the client response timer when Consul is slow`() async throws {
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

    @Test func `is not given when it is too old`() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(3601))
            DNS.answers(.serverFailure)
            Lookup(.unknown(.serverFailure), dns: 1)
        }
    }

    @Test func `is not taken away by an empty answer that nobody explains`() async throws {
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
