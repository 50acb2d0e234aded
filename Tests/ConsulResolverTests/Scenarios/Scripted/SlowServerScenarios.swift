// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

/// The client response timer (RFC 8767 section 5), and the lookups that wait.
struct SlowServerScenarios {
    @Test
    func `A slow server delays a lookup with a stale answer no longer than the timer`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .seconds(5))
            DNS.answers(.endpoints(2))
            DNS.waits()
            Begin()
            Advance(by: .milliseconds(250))
            End(.stale(1).aged(.milliseconds(5250)))
            Lookup(.stale(1), dns: 1)
            DNS.goesOn()
            Lookup(.fresh(2), dns: 0)
        }
    }

    @Test func `A slow server gets no further query from later lookups`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1), dns: 1)
            Advance(by: .seconds(5))
            DNS.waits()
            Begin()
            Advance(by: .milliseconds(250))
            End(.stale(1))
            for _ in 0..<20 {
                Advance(by: .milliseconds(100))
                Lookup(.stale(1))
            }
            DNS.goesOn()
            Asked(dns: 1)
            Lookup(.fresh(1).aged(.zero))
        }
    }

    @Test
    func `A slow server may fail before the timer; then the stale answer is returned at once`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            Advance(by: .seconds(5))
            DNS.answers(.serverFailure)
            DNS.waits()
            Begin()
            Advance(by: .milliseconds(249))
            DNS.goesOn()
            End(.stale(1).aged(.milliseconds(5249)))
        }
    }

    @Test func `A slow server may fail after the timer, without an effect on lookups`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            Advance(by: .seconds(5))
            DNS.answers(.serverFailure, times: 1)
            DNS.waits()
            Begin()
            Advance(by: .milliseconds(250))
            End(.stale(1))
            DNS.goesOn()
            Lookup(.stale(1))
            Advance(by: .seconds(1))
            Lookup(.stale(1))
            Lookup(.fresh(1).aged(.zero))
        }
    }

    @Test func `A slow server delays lookups without an answer`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            DNS.waits()
            Begin("patient")
            Begin("hasty", timeout: .milliseconds(100))
            Advance(by: .milliseconds(100))
            End(.unknown(.timedOut), of: "hasty")
            Advance(by: .seconds(1))
            DNS.goesOn()
            End(.fresh(1), of: "patient")
            Asked(dns: 1)
        }
    }

    @Test func `A slow server delays lookups whose answer is older than the stale limit`() async throws {
        try await scenario(configure: { $0.cache?.staleLimit = .seconds(10) }) {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            Advance(by: .seconds(11))
            DNS.answers(.endpoints(2))
            DNS.waits()
            Begin()
            Advance(by: .seconds(1))
            DNS.goesOn()
            End(.fresh(2))
        }
    }

    @Test
    func `A slow server leads to no answer that passed the stale limit during the wait`() async throws {
        try await scenario(configure: { $0.cache?.staleLimit = .seconds(5) }) {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            Advance(by: .milliseconds(4900))
            DNS.answers(.endpoints(2))
            DNS.waits()
            Begin()
            Advance(by: .milliseconds(250))
            DNS.goesOn()
            End(.fresh(2))
        }
    }

    @Test
    func `A slow HTTP server that explains an empty DNS answer delays no lookup either`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            DNS.answers(.noSuchName())
            HTTP.answers(.nothing)
            HTTP.waits()
            Advance(by: .seconds(1))
            Begin()
            Advance(by: .milliseconds(250))
            End(.stale(1))
            Lookup(.stale(1))
            HTTP.goesOn()
            Lookup(.empty(.noSuchService))
        }
    }

    @Test
    func `A slow server leads to the stale answer for a lookup with a timeout below the timer`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            Advance(by: .seconds(5))
            DNS.answers(.endpoints(2))
            DNS.waits()
            Begin("patient")
            Begin("hasty", timeout: .milliseconds(100))
            Advance(by: .milliseconds(100))
            End(.stale(1).aged(.milliseconds(5100)), of: "hasty")
            DNS.goesOn()
            End(.fresh(2), of: "patient")
        }
    }

    @Test func `A slow server gets one query for a thousand lookups, cold and expired`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Herd(1000, .fresh(1), dns: 1)
            Advance(by: .seconds(1))
            Herd(1000, .fresh(1), dns: 1)
            DNS.answers(.serverFailure)
            Advance(by: .seconds(1))
            Herd(1000, .stale(1), dns: 1)
            Advance(by: .seconds(1))
            Herd(1000, .stale(1), dns: 1)
        }
    }
}
