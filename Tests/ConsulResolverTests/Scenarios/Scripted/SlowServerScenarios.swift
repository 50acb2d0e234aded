// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

/// The client response timer (RFC 8767 section 5), and who has to wait.
struct SlowServerScenarios {
    @Test
    func `keeps nobody waiting for longer than the timer who has something old`() async throws {
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

    @Test func `is not asked again by those who come meanwhile`() async throws {
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
    func `may fail before the timer: then the old answer comes at once`() async throws {
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

    @Test func `may fail after the timer: nobody notices`() async throws {
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

    @Test func `lets those wait who have nothing`() async throws {
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

    @Test func `lets those wait whose old answer is too old`() async throws {
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
    func `gives an answer that became too old while it was waited for to nobody`() async throws {
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
    func `is not waited for either when it is HTTP that is to say why DNS shows nothing`() async throws {
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
    func `lets go who has less time than the timer, with the old answer`() async throws {
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

    @Test func `is asked once for a thousand, cold and expired`() async throws {
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
