// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

/// Negative answers, as RFC 2308 defines them, and their effects.
struct NegativeAnswerScenarios {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case noSuchName = "NXDOMAIN"
        case noData = "NODATA"

        var testDescription: String { rawValue }

        func answer(minimum: Duration?) -> ScriptedDNSAnswer {
            switch self {
            case .noSuchName: .noSuchName(minimum: minimum)
            case .noData: .noData(minimum: minimum)
            }
        }

        /// An empty datagram is followed by a query over TCP.
        var messages: Count { self == .noData ? 2 : 1 }
    }

    @Test(
        arguments: Kind.allCases,
        [0, -1]
    )
    func `A repeated negative answer with a TTL of zero is kept for a second`(kind: Kind, minimum: Int) async throws {
        try await scenario {
            DNS.answers(kind.answer(minimum: minimum < 0 ? nil : .seconds(minimum)))
            for _ in 0..<2 { Lookup(.empty(nil), dns: kind.messages) }
            for _ in 0..<20 { Lookup(.empty(nil), dns: 0) }
            Advance(by: .seconds(1))
            Lookup(.empty(nil), dns: kind.messages)
            Lookup(.empty(nil), dns: 0)
            DNS.answers(.endpoints(1))
            Advance(by: .seconds(1))
            Lookup(.fresh(1), dns: 1)
            // After endpoints, the first negative answer counts as new, and is not believed at once.
            DNS.answers(kind.answer(minimum: .zero))
            Advance(by: .seconds(1))
            Lookup(.stale(1), dns: kind.messages)
        }
    }

    @Test(arguments: Kind.allCases)
    func `A negative answer with a TTL of zero is not cached if the floor is zero`(kind: Kind) async throws {
        try await scenario(configure: { $0.cache?.minimumNegativeTimeToLive = .zero }) {
            DNS.answers(kind.answer(minimum: .zero))
            for _ in 0..<5 { Lookup(.empty(nil), dns: kind.messages) }
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1), dns: 1)
        }
    }

    @Test(arguments: Kind.allCases, [15, 3600])
    func `A negative answer is kept for a second at most, whatever the zone says`(
        kind: Kind,
        minimum: Int
    ) async throws {
        try await scenario {
            DNS.answers(kind.answer(minimum: .seconds(minimum)))
            Lookup(.empty(nil), dns: kind.messages)
            DNS.answers(.endpoints(1))
            Advance(by: .milliseconds(799))
            Lookup(.empty(nil), dns: 0)
            Advance(by: .milliseconds(201))
            Lookup(.fresh(1), dns: 1)
        }
    }

    @Test(arguments: [(15, 15), (3600, 30)])
    func `A negative answer is kept as long as the zone says where more is allowed`(
        minimum: Int,
        kept: Int
    ) async throws {
        try await scenario(configure: { $0.cache?.maximumNegativeTimeToLive = .seconds(30) }) {
            DNS.answers(.noSuchName(minimum: .seconds(minimum)))
            Lookup(.empty(nil), dns: 1)
            DNS.answers(.endpoints(1))
            Advance(by: .milliseconds(kept * 800 - 1))
            Lookup(.empty(nil), dns: 0)
            Advance(by: .milliseconds(kept * 100 + 2))
            // Refreshed ahead, as endpoints are.
            Lookup(.empty(nil), dns: 1)
            Lookup(.fresh(1), dns: 0)
        }
    }

    @Test func `A negative answer has a reason from HTTP, and its TTL from DNS`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.noSuchName(minimum: .seconds(15)))
            HTTP.answers(.nothing)
            Lookup(.empty(.noSuchService), dns: 1, http: 1)
            Advance(by: .milliseconds(700))
            Lookup(.empty(.noSuchService), dns: 0, http: 0)
            HTTP.answers(.critical(1))
            Advance(by: .milliseconds(300))
            Lookup(.empty(.noHealthyInstance), dns: 1, http: 1)
        }
    }

    @Test
    func `A negative answer with a TTL of zero causes one query a second to both sources`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.noSuchName())
            HTTP.answers(.nothing)
            for _ in 0..<2 { Lookup(.empty(.noSuchService), dns: 1, http: 1) }
            Lookup(.empty(.noSuchService), dns: 0, http: 0)
            HTTP.answers(.failure)
            Advance(by: .seconds(1))
            Lookup(.empty(nil), dns: 1, http: 1)
            Lookup(.empty(nil), dns: 0, http: 0)
        }
    }

    @Test(arguments: [ScriptedHTTPAnswer.denied, .filtered])
    func `A negative answer is unknown where the token may not see the service`(
        answer: ScriptedHTTPAnswer
    ) async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.noSuchName())
            HTTP.answers(answer)
            Lookup(.unknown(.accessDenied), dns: 1, http: 1)
            // As after every failure, the next query waits for a second.
            Lookup(.unknown(.accessDenied), dns: 0, http: 0)
            HTTP.answers(.nothing)
            Advance(by: .seconds(1))
            Lookup(.empty(.noSuchService), dns: 1, http: 1)
        }
    }

    @Test
    func `A negative answer is kept until its TTL is over when a refresh fails`() async throws {
        try await scenario(configure: { $0.cache?.maximumNegativeTimeToLive = .seconds(30) }) {
            DNS.answers(.noSuchName(minimum: .seconds(30)))
            Lookup(.empty(nil), dns: 1)
            DNS.answers(.serverFailure)
            Advance(by: .seconds(28))
            Lookup(.empty(nil), dns: 1)
            Lookup(.empty(nil).aged(.seconds(28)), dns: 0)
            Advance(by: .seconds(2))
            Lookup(.unknown(.serverFailure), dns: 1)
        }
    }

    @Test func `A negative answer may be a root target`() async throws {
        try await scenario {
            DNS.answers(.unavailable(timeToLive: .seconds(10)))
            Lookup(.empty(nil), dns: 1)
            Advance(by: .milliseconds(700))
            Lookup(.empty(nil), dns: 0)
            DNS.answers(.endpoints(1))
            Advance(by: .milliseconds(300))
            Lookup(.fresh(1), dns: 1)
        }
    }

    @Test
    func `A negative answer that has expired is not returned when Consul fails`() async throws {
        try await scenario {
            DNS.answers(.noSuchName(minimum: .seconds(15)))
            Lookup(.empty(nil), dns: 1)
            DNS.answers(.serverFailure)
            Advance(by: .seconds(1))
            Lookup(.unknown(.serverFailure), dns: 1)
            DNS.answers(.endpoints(1))
            Advance(by: .seconds(1))
            Lookup(.fresh(1), dns: 1)
        }
    }

    @Test func `A negative answer takes one query for many lookups`() async throws {
        try await scenario {
            DNS.answers(.noSuchName())
            Herd(200, .empty(nil), dns: 1)
        }
    }
}
