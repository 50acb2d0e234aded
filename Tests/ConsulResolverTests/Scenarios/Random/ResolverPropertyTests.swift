// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// Random scenarios through the whole resolver, compared with a model of three lines.
struct ResolverPropertyTests {
    @Test(arguments: UInt64(0)..<12)
    func `A lookup finds the last good answer, fresh or stale`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let rounds = (0..<40).map { _ in Round(using: &generator) }
        try await scenario(configure: { $0.hold.keepsLastKnown = true }) {
            for (round, expected) in zip(rounds, Round.expectations(rounds)) {
                DNS.answers(round.answer)
                Advance(by: round.pause)
                if round.isHerd { Herd(20, expected.first, dns: 1) } else { Lookup(expected.first, dns: 1) }
                // After a failure, the first lookup has started the fetch for the new answer.
                Lookup(expected.second)
                Asked(dns: .atMost(1))
            }
        }
    }

    private struct Round {
        enum Kind: CaseIterable { case endpoints, nothing, failure }

        let kind: Kind
        let ports: [UInt16]
        /// A pause longer than any TTL or backoff.
        let pause: Duration
        let isHerd: Bool

        init(using generator: inout SeededGenerator) {
            kind = Kind.allCases.randomElement(using: &generator) ?? .failure
            ports = (1...6).filter { _ in generator.happens(0.5) } + [7]
            pause = .milliseconds(.random(in: 1500...20_000, using: &generator))
            isHerd = generator.happens(0.2)
        }

        var answer: ScriptedDNSAnswer {
            switch kind {
            case .endpoints: .endpoints(ports)
            case .nothing: .noSuchName()
            case .failure: .serverFailure
            }
        }

        /// The expected resolutions of two successive lookups in each round.
        static func expectations(_ rounds: [Round]) -> [(first: Expectation, second: Expectation)] {
            var good: [UInt16]?
            var isInTrouble = false
            return rounds.map { round in
                let earlier = isInTrouble ? good.map { Expectation.stale($0) } : nil
                if round.kind == .endpoints { good = round.ports }
                isInTrouble = round.kind != .endpoints
                let now: Expectation
                switch (round.kind, good) {
                case (.endpoints, _): now = .fresh(round.ports)
                case (_, let good?): now = .stale(good)
                case (.nothing, nil): now = .empty(nil)
                case (.failure, nil): now = .unknown(.serverFailure)
                }
                return (earlier ?? now, now)
            }
        }
    }
}
