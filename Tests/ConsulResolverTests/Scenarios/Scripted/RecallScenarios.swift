// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

@Suite("What is remembered from before the start")
struct RecallScenarios {
    @Test("is given when Consul cannot be asked, with the age that it has by then")
    func outage() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(100))
            DNS.answers(.serverFailure)
            Lookup(.stale(1, 2).aged(.seconds(100)), dns: 1)
            Advance(by: .seconds(10))
            Lookup(.stale(1, 2).aged(.seconds(110)))
        }
    }

    @Test("gives way to whatever is true now")
    func recovery() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(100))
            DNS.answers(.endpoints(3))
            Lookup(.fresh(3), dns: 1)
        }
    }

    @Test("is given after the client response timer when Consul is slow")
    func slow() async throws {
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

    @Test("is not given when it is too old")
    func tooOld() async throws {
        try await scenario {
            Recall(1, 2, aged: .seconds(3601))
            DNS.answers(.serverFailure)
            Lookup(.unknown(.serverFailure), dns: 1)
        }
    }

    @Test("is not taken away by an empty answer that nobody explains")
    func empty() async throws {
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
