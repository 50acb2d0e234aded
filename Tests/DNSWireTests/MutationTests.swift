// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct MutationTests {
    static let originals = [
        Samples.service, Samples.noSuchName, Samples.metadata, Samples.compression, Samples.services(4),
    ]

    @Test(arguments: originals.indices)
    func `Damaged messages never trap, and all readers agree about them`(index: Int) {
        let original = Self.originals[index]
        WireInvariants.check(original)
        var generator = SeededGenerator(seed: UInt64(index))
        for _ in 0..<2000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damage(&bytes, using: &generator)
            }
            WireInvariants.check(bytes)
        }
    }

    @Test func `Messages of random bytes never trap`() {
        var generator = SeededGenerator(seed: 53)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...200, using: &generator)
            WireInvariants.check((0..<count).map { _ in .random(in: 0...255, using: &generator) })
        }
    }

    private func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard let index = bytes.indices.randomElement(using: &generator) else { return }
        switch Int.random(in: 0...5, using: &generator) {
        case 0: bytes[index] = .random(in: 0...255, using: &generator)
        case 1: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 2: bytes.removeSubrange(index...)
        case 3: bytes.insert(.random(in: 0...255, using: &generator), at: index)
        case 4: bytes.remove(at: index)
        default:
            // A pointer to a random offset, which is rare in plain noise.
            bytes.replaceSubrange(
                index..<min(index + 2, bytes.count),
                with: WireBytes.pointer(.random(in: 0...bytes.count, using: &generator))
            )
        }
    }
}
