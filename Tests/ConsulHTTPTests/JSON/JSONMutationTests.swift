// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

struct JSONMutationTests {
    static let originals = [
        Samples.entry, Samples.maintenance, Samples.preparedQuery, Samples.agent, Samples.localHealth,
        #"{"web":["v1","\u00e9\ud83d\ude00"],"consul":[]}"#,
        "[0,18446744073709551615,-9223372036854775808,1.5e-7,null]",
    ]

    @Test(arguments: originals.indices)
    func `Damaged answers never trap, and reading and skipping them agree`(index: Int) {
        let original = Array(Self.originals[index].utf8)
        JSONInvariants.check(original)
        var generator = SeededGenerator(seed: UInt64(index))
        for _ in 0..<1000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damage(&bytes, using: &generator)
            }
            JSONInvariants.check(bytes)
        }
    }

    @Test func `Random bytes never trap`() {
        var generator = SeededGenerator(seed: 29)
        let alphabet = Array("[]{}:,\"\\/bfnrtu0123456789abcdefE+-. \n\tlsID".utf8)
        for round in 0..<4000 {
            let count = Int.random(in: 0...120, using: &generator)
            JSONInvariants.check(
                (0..<count).map { _ in
                    round % 2 == 0
                        ? .random(in: 0...255, using: &generator)
                        : alphabet[Int.random(in: alphabet.indices, using: &generator)]
                }
            )
        }
    }

    @Test func `Random documents are read as they were written, with and without escapes`() throws {
        var generator = SeededGenerator(seed: 8259)
        for _ in 0..<2000 {
            let tree = JSONTree.random(levels: 5, using: &generator)
            #expect(try JSONReader.decode(JSONTree.self, tree.text()) == tree)
            #expect(try JSONReader.decode(JSONTree.self, tree.text { _ in true }) == tree)
            let some = tree.text { $0.value % 3 == 0 }
            #expect(try JSONReader.decode(JSONTree.self, some) == tree)
            JSONInvariants.check(Array(some.utf8))
        }
    }

    private func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard let index = bytes.indices.randomElement(using: &generator) else { return }
        let other = bytes.indices.randomElement(using: &generator) ?? index
        switch Int.random(in: 0...6, using: &generator) {
        case 0: bytes[index] = .random(in: 0...255, using: &generator)
        case 1: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 2: bytes.removeSubrange(max(index, bytes.count - 40)...)
        case 3: bytes.insert(.random(in: 0...255, using: &generator), at: index)
        case 4: bytes.remove(at: index)
        case 5: bytes.swapAt(index, other)
        default:
            // A piece of the document in another place is often still well formed.
            let piece = Array(bytes[other..<min(other + 12, bytes.count)])
            bytes.replaceSubrange(index..<min(index + 12, bytes.count), with: piece)
        }
    }
}
