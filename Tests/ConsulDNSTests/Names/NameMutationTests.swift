// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct NameMutationTests {
    /// The first byte selects the reader, and a zero byte separates labels and parts of a name.
    private static let originals: [[UInt8]] = [
        [0] + Array("web\\.v1.service.dc1.consul.".utf8), [0] + Array("a\\000\\255.\\032b.consul".utf8),
        [2] + Array("web\0service\0consul".utf8), [3] + Array("2001:db8::10.0.0.1".utf8),
        [3] + Array("[fe80::1]:8600".utf8), [3] + Array("10.0.0.1:8600".utf8), [5] + Array("0a00Ff01".utf8),
        [5] + Array("20010db8000000000000000000000046".utf8),
    ]

    /// A Consul name of each form, with a tag and a locality.
    private static let consulNames: [[UInt8]] = (0...7).map { form in
        [6, form] + Array("_web.v1\0_primary\0dc_2\0team\0east".utf8)
    }

    @Test func `Damaged names and addresses never trap, and plain readers agree about them`() {
        var generator = SeededGenerator(seed: 1035)
        for original in Self.originals + Self.consulNames {
            NameInvariants.check(original)
            for _ in 0..<500 {
                var bytes = original
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    damage(&bytes, using: &generator)
                }
                NameInvariants.check(bytes)
            }
        }
    }

    @Test func `Names of random characters never trap`() {
        var generator = SeededGenerator(seed: 2782)
        let alphabet = Array("._\\0159:[]ahefx-\0\u{1f}\u{7f}".utf8) + [0xc3, 0xbc]
        for _ in 0..<4000 {
            let count = Int.random(in: 0...70, using: &generator)
            NameInvariants.check(
                [.random(in: 0...7, using: &generator)]
                    + (0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
            )
        }
    }

    private func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard let index = bytes.indices.dropFirst().randomElement(using: &generator) else { return }
        switch Int.random(in: 0...5, using: &generator) {
        case 0: bytes[index] = .random(in: 0...255, using: &generator)
        case 1: bytes[index] = Array("._\\: 0[".utf8).randomElement(using: &generator) ?? 0
        case 2: bytes.removeSubrange(index...)
        case 3: bytes.insert(bytes[index], at: index)
        case 4: bytes.remove(at: index)
        default: bytes.insert(contentsOf: bytes[index...], at: index)
        }
    }
}
