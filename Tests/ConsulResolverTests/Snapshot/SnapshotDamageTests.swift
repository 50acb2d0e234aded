// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSnapshot

struct SnapshotDamageTests {
    let original: [UInt8]

    init() throws {
        var generator = SeededGenerator(seed: 7)
        original = try SnapshotCoder.encode(.random(entries: 2, using: &generator))
    }

    @Test func `A damaged snapshot is refused, with any change in any byte`() {
        for index in original.indices {
            for flip in [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
                var bytes = original
                bytes[index] ^= flip
                #expect(throws: PrivateFileError.self) { try SnapshotCoder.decode(bytes) }
            }
        }
    }

    @Test
    func `A snapshot is refused if it is cut off, and if bytes follow it`() {
        for count in original.indices {
            #expect(throws: PrivateFileError.self) { try SnapshotCoder.decode(Array(original[..<count])) }
        }
        #expect(throws: PrivateFileError.self) { try SnapshotCoder.decode(original + [0]) }
        #expect(throws: PrivateFileError.self) { try SnapshotCoder.decode(original + original) }
    }

    @Test func `A damaged snapshot never traps, even with a correct checksum`() throws {
        var generator = SeededGenerator(seed: 3)
        for round in 0..<3000 {
            let snapshot = Snapshot.random(entries: round % 3, using: &generator)
            // The damage is followed by a new header and checksum.
            var content = Array(try SnapshotCoder.encode(snapshot)[14...].dropLast(4))
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                guard let index = content.indices.randomElement(using: &generator) else { break }
                switch Int.random(in: 0...3, using: &generator) {
                case 0: content[index] = .random(in: 0...255, using: &generator)
                case 1: content[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
                case 2: content.removeSubrange(index...)
                default: content.insert(.random(in: 0...255, using: &generator), at: index)
                }
            }
            SnapshotInvariants.check(content)
        }
    }

    @Test func `A snapshot of random bytes never traps`() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<3000 {
            // Small bytes in half of the cases, so that some of the lengths are not beyond the end at once.
            let largest: UInt8 = generator.happens(0.5) ? 3 : 255
            let count = Int.random(in: 0...150, using: &generator)
            SnapshotInvariants.check((0..<count).map { _ in .random(in: 0...largest, using: &generator) })
        }
    }

    @Test
    func `A foreign file or a later version is told from a damaged snapshot`() {
        expect(.foreign, Array("#!/bin/sh\necho snapshot\n".utf8))
        expect(.missing, [])
        expect(.foreign, Array(repeating: 0, count: 100))
        let content = Array(original[14...].dropLast(4))
        expect(.unknownVersion, SnapshotCoder.seal(content, version: 2))
        expect(.unknownVersion, SnapshotCoder.seal([], version: 0xffff))
        expect(.damaged, Array(original.dropLast()))
        expect(.damaged, SnapshotCoder.seal(content + [0]))
    }

    @Test func `A snapshot takes no memory for announced content that is missing`() {
        // A count of endpoints that only its own four bytes support.
        var bytes = [UInt8](repeating: 0, count: 8) + [1, 0, 0, 0]
        bytes += [0, 1, 0, 0, 0, 0x61, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 10)
        bytes += [UInt8](repeating: 0, count: 8) + [1, 0xff, 0xff, 0xff, 0xff]
        let error = #expect(throws: PrivateFileError.self) { try SnapshotCoder.decode(SnapshotCoder.seal(bytes)) }
        #expect(error?.message == "has a length beyond its end at byte \(14 + bytes.count)")
    }

    private func expect(_ code: PrivateFileError.Code, _ bytes: [UInt8]) {
        let error = #expect(throws: PrivateFileError.self) { try SnapshotCoder.decode(bytes) }
        #expect(error?.code == code)
    }
}
