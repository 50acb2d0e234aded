// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct SeededGeneratorTests {
    @Test func `The seeded generator produces the published sequence of SplitMix64`() {
        var generator = SeededGenerator(seed: 1_234_567)
        let sequence = (0..<5).map { _ in generator.next() }
        #expect(
            sequence == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ]
        )
    }

    @Test
    func `Shuffles with the same seed are equal, and with another seed differ`() {
        func shuffle(_ seed: UInt64) -> [Int] {
            var generator = SeededGenerator(seed: seed)
            return (0..<50).shuffled(using: &generator)
        }
        #expect(shuffle(7) == shuffle(7))
        #expect(shuffle(7) != shuffle(8))
    }

    @Test func `An event of probability 0 never happens, and one of probability 1 always does`() {
        var generator = SeededGenerator(seed: 0)
        let counts = [0, 0.25, 1].map { probability in
            (0..<10_000).count { _ in generator.happens(probability) }
        }
        #expect(counts[0] == 0)
        #expect((2300...2700).contains(counts[1]))
        #expect(counts[2] == 10_000)
    }
}
