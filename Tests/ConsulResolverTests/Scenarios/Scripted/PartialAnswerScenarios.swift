// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import DNSWire
import TestSupport
import Testing

struct PartialAnswerScenarios {
    @Test
    func `Partial answers of three from a server without EDNS are put together`() async throws {
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
    func `Partial answers remove an endpoint after leaving it out for 30 s and three times`() async throws {
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

    @Test func `Partial answers do not shorten the time of an endpoint that comes and goes`() async throws {
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

    @Test func `Partial answers bring no endpoint back that is older than the stale limit`() async throws {
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

    @Test func `Partial answers have the age of the endpoint that was seen least recently`() async throws {
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

    @Test func `Partial answers are replaced by a complete one over HTTP`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.cutOff(1, 2))
            HTTP.answers(.endpoints(1, 2, 3, 4))
            Lookup(.fresh(1, 2, 3, 4), dns: 2, http: 1)
            // The resolver has learned by now which source to use first.
            Advance(by: .seconds(1))
            HTTP.answers(.endpoints(1, 2, 3))
            Lookup(.fresh(1, 2, 3))
        }
    }

    @Test
    func `Partial answers add endpoints to a complete one when HTTP fails, and remove none`() async throws {
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
    func `Partial answers are replaced by a complete one over DNS when the service has shrunk`() async throws {
        try await scenario {
            DNS.answers(.cutOff(1, 2, 3))
            Lookup(.part(1, 2, 3))
            DNS.answers(.endpoints(1, 2))
            Advance(by: .seconds(1))
            Lookup(.fresh(1, 2))
        }
    }

    @Test
    func `Partial answers do not expire while Consul fails, and are extended afterwards`() async throws {
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
