// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

/// While Consul elects a leader it says NXDOMAIN or SERVFAIL over DNS for one to three seconds, about services that are
/// there.
struct ElectionScenarios {
    @Test(arguments: [1, 2, 3])
    func `takes nothing away over DNS alone`(seconds: Int) async throws {
        for answer in [ScriptedDNSAnswer.noSuchName(), .serverFailure] {
            try await scenario {
                DNS.answers(.endpoints(1, 2))
                DNS.answers(answer, from: .seconds(2), until: .seconds(2 + seconds))
                Lookup(.fresh(1, 2))
                Advance(by: .seconds(2))
                for _ in 0..<(seconds * 10) {
                    Lookup(.stale(1, 2))
                    Advance(by: .milliseconds(100))
                }
                Asked(dns: .between(2, 1 + 2 * seconds))
                Advance(by: .milliseconds(1500))
                Lookup(.stale(1, 2))
                Lookup(.fresh(1, 2))
            }
        }
    }

    @Test
    func `is over when HTTP says that there is no such service: it had a leader to ask`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2), dns: 1, http: 0)
            DNS.answers(.noSuchName())
            HTTP.answers(.nothing)
            Advance(by: .seconds(2))
            // Once for the reason, and once for the leader.
            Lookup(.empty(.noSuchService), dns: 1, http: 2)
        }
    }

    @Test func `is over when HTTP says that all instances are down`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(.noSuchName())
            HTTP.answers(.critical(1, 2))
            Advance(by: .seconds(2))
            Lookup(.empty(.noHealthyInstance))
            DNS.answers(.endpoints(2))
            Lookup(.fresh(2))
        }
    }

    @Test func `is nothing to be seen of when HTTP shows the instances`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(.noSuchName())
            HTTP.answers(.endpoints(1, 2))
            Advance(by: .seconds(2))
            Lookup(.fresh(1, 2), http: 1)
        }
    }

    @Test
    func `takes nothing away when a server that is still reading its log knows no better, and the leader does`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(.noSuchName())
            HTTP.answers(.nothing(butLeader: 1, 2))
            Advance(by: .seconds(2))
            Lookup(.fresh(1, 2), http: 2)
        }
    }

    @Test
    func `takes nothing away while HTTP has no leader, either, however long it lasts`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(.noSuchName())
            HTTP.answers(.leaderless())
            for _ in 0..<40 {
                Advance(by: .seconds(2))
                Lookup(.stale(1, 2))
            }
            HTTP.answers(.nothing)
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2))
            Lookup(.empty(.noSuchService))
        }
    }

    @Test
    func `takes nothing away when the leader is lost between the two questions`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(.noSuchName())
            HTTP.answers(.leaderless())
            HTTP.answers(.nothing, times: 1)
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2), http: 2)
        }
    }

    @Test(arguments: [ScriptedHTTPAnswer.denied, .filtered])
    func `is no reason to believe a denial`(answer: ScriptedHTTPAnswer) async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(.noSuchName())
            HTTP.answers(answer)
            for _ in 0..<40 {
                Advance(by: .seconds(2))
                Lookup(.stale(1, 2))
            }
        }
    }

    @Test func `is taken for one for 30 s while HTTP fails, too`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(.noSuchName(), from: .seconds(2))
            Advance(by: .seconds(2))
            for _ in 0..<15 {
                Lookup(.stale(1, 2))
                Advance(by: .seconds(2))
            }
            Lookup(.stale(1, 2))
            Lookup(.empty(nil))
        }
    }

    @Test
    func `is nothing to be seen of after SERVFAIL when HTTP shows the instances`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.serverFailure)
            HTTP.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2), dns: 1, http: 1)
            HTTP.answers(.failure)
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2), dns: 1, http: 1)
        }
    }

    @Test
    func `is told by HTTP alone: what servers without a leader know is stale`() async throws {
        try await scenario(strategy: .http) {
            HTTP.answers(.endpoints(1, 2, 3, 4))
            Lookup(.fresh(1, 2, 3, 4), dns: 0, http: 1)
            HTTP.answers(.leaderless(1, 2, 3))
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2, 3))
            // Without most of them, it is rather the server that lags behind.
            HTTP.answers(.leaderless(1))
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2, 3))
            Lookup(.stale(1, 2, 3))
            HTTP.answers(.endpoints(1))
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2, 3))
            Lookup(.fresh(1))
        }
    }
}
