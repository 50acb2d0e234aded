// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

struct PartialAnswerScenarios {
    @Test
    func `are put together, where a server without EDNS shows three at a time`() async throws {
        var generator = SeededGenerator(seed: 11)
        let parts = (0..<40).map { _ in Array((1...12).shuffled(using: &generator).prefix(3)) as [UInt16] }
        var seen: Set<UInt16> = []
        let unions = parts.map { part in
            seen.formUnion(part)
            return Array(seen)
        }
        try #require(seen.count == 12)
        try await scenario {
            for (part, union) in zip(parts, unions) {
                DNS.answers(.withoutEDNS(part))
                Lookup(.part(union))
                Advance(by: .seconds(1))
            }
        }
    }

    @Test
    func `take an endpoint away that they leave out for 30 s, and three times`() async throws {
        try await scenario {
            DNS.answers(.cutOff(1, 2))
            Lookup(.part(1, 2))
            DNS.answers(.cutOff(2, 3))
            Advance(by: .seconds(20))
            Lookup(.part(1, 2, 3))
            Advance(by: .seconds(20))
            Lookup(.part(1, 2, 3))
            Advance(by: .seconds(1))
            Lookup(.part(2, 3))
        }
    }

    @Test func `do not shorten the time of one that comes and goes`() async throws {
        try await scenario {
            DNS.answers(.cutOff(1, 2))
            Lookup(.part(1, 2))
            for _ in 0..<10 {
                DNS.answers(.cutOff(2))
                Advance(by: .seconds(20))
                Lookup(.part(1, 2))
                DNS.answers(.cutOff(1))
                Advance(by: .seconds(20))
                Lookup(.part(1, 2))
            }
        }
    }

    @Test func `bring no endpoint back that is older than the limit`() async throws {
        try await scenario {
            DNS.answers(.cutOff(1, 2))
            Lookup(.part(1, 2))
            DNS.answers(.serverFailure)
            Advance(by: .seconds(3601))
            Lookup(.unknown(.serverFailure))
            DNS.answers(.cutOff(2, 3))
            Advance(by: .seconds(1))
            Lookup(.part(2, 3).aged(.zero))
        }
    }

    @Test func `are as old as the endpoint that was named least recently`() async throws {
        try await scenario {
            DNS.answers(.cutOff(1, 2))
            Lookup(.part(1, 2))
            DNS.answers(.cutOff(2, 3))
            Advance(by: .seconds(20))
            Lookup(.part(1, 2, 3).aged(.seconds(20)))
            DNS.answers(.endpoints(2, 3))
            Advance(by: .seconds(1))
            Lookup(.fresh(2, 3).aged(.zero))
        }
    }

    @Test func `are nothing against a whole one, by HTTP`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.cutOff(1, 2))
            HTTP.answers(.endpoints(1, 2, 3, 4))
            Lookup(.fresh(1, 2, 3, 4), dns: 2, http: 1)
            // It is known by now who has to be asked.
            Advance(by: .seconds(1))
            HTTP.answers(.endpoints(1, 2, 3))
            Lookup(.fresh(1, 2, 3))
        }
    }

    @Test
    func `add and take away nothing after a whole one, when HTTP fails`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.cutOff(1, 5))
            HTTP.answers(.endpoints(1, 2, 3, 4))
            Lookup(.fresh(1, 2, 3, 4))
            HTTP.answers(.failure)
            Advance(by: .seconds(1))
            Lookup(.part(1, 2, 3, 4, 5))
            HTTP.answers(.endpoints(1, 2))
            Advance(by: .seconds(1))
            Lookup(.fresh(1, 2))
        }
    }

    @Test
    func `are nothing against a whole one, by DNS, when the service has shrunk`() async throws {
        try await scenario {
            DNS.answers(.cutOff(1, 2, 3))
            Lookup(.part(1, 2, 3))
            DNS.answers(.endpoints(1, 2))
            Advance(by: .seconds(1))
            Lookup(.fresh(1, 2))
        }
    }

    @Test
    func `do not expire while Consul fails, and go on being put together after that`() async throws {
        try await scenario {
            DNS.answers(.cutOff(1, 2))
            Lookup(.part(1, 2))
            DNS.answers(.serverFailure)
            for _ in 0..<20 {
                Advance(by: .seconds(10))
                Lookup(.stale(1, 2))
            }
            DNS.answers(.cutOff(2, 3))
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2))
            Lookup(.part(1, 2, 3))
        }
    }
}
