// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

/// Elections of a leader. For one to three seconds Consul then answers NXDOMAIN or SERVFAIL over DNS for services that
/// exist.
struct ElectionScenarios {
    @Test(arguments: [1, 2, 3])
    func `An election removes no endpoint over DNS alone`(seconds: Int) async throws {
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
    func `An election is ruled out by an empty HTTP answer, which needs a leader`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2), dns: 1, http: 0)
            DNS.answers(.noSuchName())
            HTTP.answers(.nothing)
            Advance(by: .seconds(2))
            // One request for the reason, and one to the leader.
            Lookup(.empty(.noSuchService), dns: 1, http: 2)
        }
    }

    @Test func `An election is ruled out by an HTTP answer with critical instances only`() async throws {
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

    @Test func `An election goes unnoticed if HTTP has the instances`() async throws {
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
    func `An election removes no endpoint when a server still replays its log and the leader has them`() async throws {
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
    func `An election removes no endpoint while HTTP has no leader, however long it lasts`() async throws {
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
    func `An election that begins between the two requests removes no endpoint`() async throws {
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
    func `An election is no reason to believe a denial`(answer: ScriptedHTTPAnswer) async throws {
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

    @Test func `An election is assumed for 30 s while HTTP fails as well`() async throws {
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
    func `An election goes unnoticed after SERVFAIL if HTTP has the instances`() async throws {
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
    func `An election makes HTTP answers stale where HTTP is the only source`() async throws {
        try await scenario(strategy: .http) {
            HTTP.answers(.endpoints(1, 2, 3, 4))
            Lookup(.fresh(1, 2, 3, 4), dns: 0, http: 1)
            HTTP.answers(.leaderless(1, 2, 3))
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2, 3))
            // If most endpoints are missing, the server is more likely to be behind.
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
