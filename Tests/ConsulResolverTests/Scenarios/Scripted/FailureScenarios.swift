// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

struct FailureScenarios {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case serverFailure = "SERVFAIL"
        case refused = "REFUSED"
        case notImplemented = "NOTIMP"

        var testDescription: String { rawValue }

        var answer: ScriptedDNSAnswer {
            switch self {
            case .serverFailure: .serverFailure
            case .refused: .refused
            case .notImplemented: .failure(.notImplemented)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `A failure without an earlier answer is cached for a second`(kind: Kind) async throws {
        try await scenario {
            DNS.answers(kind.answer)
            Lookup(.unknown)
            Asked(dns: .between(1, 2))
            Advance(by: .milliseconds(799))
            Lookup(.unknown, dns: 0)
            Advance(by: .milliseconds(201))
            Lookup(.unknown, dns: .between(1, 2))
            DNS.answers(.endpoints(1))
            Advance(by: .milliseconds(1500))
            Lookup(.fresh(1), dns: 1)
        }
    }

    @Test(arguments: Kind.allCases)
    func `A failure removes no endpoint, and later lookups do not wait`(kind: Kind) async throws {
        try await scenario {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(kind.answer)
            for second in 1...20 {
                Advance(by: .seconds(1))
                Lookup(.stale(1, 2).aged(.seconds(second)))
            }
        }
    }

    @Test func `A failure of a closed port removes no endpoint`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.stops()
            for _ in 0..<3 {
                Advance(by: .seconds(2))
                Lookup(.stale(1, 2))
            }
            DNS.starts()
            Recovery(to: .fresh(1, 2))
        }
    }

    @Test func `A failure by silence removes no endpoint`() async throws {
        try await scenario(configure: { $0.timeout = .seconds(1) }) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(.silence, until: .seconds(3))
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2))
            Advance(by: .seconds(2))
            Recovery(to: .fresh(1, 2))
        }
    }

    @Test func `A failure is followed by at most one query a second`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1), dns: 1)
            DNS.answers(.serverFailure)
            Advance(by: .seconds(1))
            for _ in 0..<200 {
                Lookup(.stale(1))
                Advance(by: .milliseconds(100))
            }
            Asked(dns: .between(15, 21))
        }
    }

    @Test func `A failure is over at most two seconds after Consul is back`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1))
            DNS.answers(.serverFailure, from: .seconds(1), until: .seconds(600))
            Lookup(.fresh(1))
            Advance(by: .seconds(1))
            for _ in 0..<598 {
                Lookup(.stale(1))
                Advance(by: .seconds(1))
            }
            // The last query may have been sent just before that.
            Advance(by: .milliseconds(1499))
            Lookup(.stale(1))
            Lookup(.fresh(1))
        }
    }

    @Test(arguments: [true, false])
    func `A failure of both sources removes no endpoint, and either source alone may end it`(
        overDNS: Bool
    ) async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1, 2))
            Lookup(.fresh(1, 2))
            DNS.answers(.serverFailure)
            Advance(by: .seconds(1))
            Lookup(.stale(1, 2), dns: 2, http: 1)
            if overDNS { DNS.answers(.endpoints(2, 3)) } else { HTTP.answers(.endpoints(2, 3)) }
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2))
            Lookup(.fresh(2, 3))
        }
    }
}
