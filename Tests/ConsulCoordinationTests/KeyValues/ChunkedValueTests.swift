// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulCoordination

/// Values of several chunks on a real agent.
struct ChunkedValueTests {
    /// Bytes that differ from chunk to chunk, and from value to value.
    private func value(_ seed: UInt64, count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        let pattern = (0..<1021).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return (0..<count).map { pattern[$0 % pattern.count] }
    }

    @Test func `A value of several chunks is written, replaced and deleted`() async throws {
        try await withStore { store, _ in
            let (first, second) = (value(1, count: 1_500_000), value(2, count: 600_000))
            #expect(try await store.chunkedValue("chunked/a") == nil)
            try await store.setChunkedValue("chunked/a", first)
            let entry = try #require(try await store.chunkedValue("chunked/a"))
            #expect(entry.value == first)
            #expect(try await store.keys(under: "chunked/a/").value.count == 4)

            #expect(try await store.setChunkedValue("chunked/a", second, ifUnchangedSince: entry.modifyIndex))
            #expect(try await store.chunkedValue("chunked/a")?.value == second)
            // The chunks of the first value are gone.
            #expect(try await store.keys(under: "chunked/a/").value.count == 3)

            #expect(try await !store.setChunkedValue("chunked/a", first, ifUnchangedSince: entry.modifyIndex))
            #expect(try await store.chunkedValue("chunked/a")?.value == second)
            #expect(try await store.keys(under: "chunked/a/").value.count == 3)

            try await store.setChunkedValue("chunked/a", [])
            #expect(try await store.chunkedValue("chunked/a")?.value == [])
            try await store.deleteChunkedValue("chunked/a")
            #expect(try await store.keys(under: "chunked/a").value == [])
            try await store.deleteChunkedValue("chunked/a")
        }
    }

    @Test func `An ordinary value is neither read nor replaced as a chunked one`() async throws {
        try await withStore { store, _ in
            try await store.set("chunked/ordinary", "precious".utf8)
            for attempt in [
                { _ = try await store.chunkedValue("chunked/ordinary") },
                { _ = try await store.setChunkedValue("chunked/ordinary", [1]) },
                { try await store.deleteChunkedValue("chunked/ordinary") },
            ] as [() async throws -> Void] {
                let error = await #expect(throws: CoordinationError.self) { try await attempt() }
                #expect(error?.code == .conflict)
            }
            #expect(try await store.value("chunked/ordinary", as: .text) == "precious")
            let index = try #require(try await store.entry("chunked/ordinary").value).modifyIndex
            #expect(try await store.setChunkedValue("chunked/ordinary", [1], ifUnchangedSince: index))
        }
    }

    @Test func `A value with a missing, a changed or an exchanged chunk is corrupt`() async throws {
        try await withStore { store, _ in
            let whole = value(3, count: 1_100_000)
            let damages: [@Sendable ([String]) async throws -> Void] = [
                { try await store.delete($0[0]) },
                { try await store.update($0[1], as: .bytes) { $0?[7] ^= 1 } },
                { keys in try await store.update(keys[1], as: .bytes) { $0 = $0?.dropLast() } },
                { keys in
                    let other = try await store.entry(keys[1]).value?.value ?? []
                    try await store.set(keys[0], other)
                },
            ]
            for (number, damage) in damages.enumerated() {
                let key = "chunked/damaged\(number)"
                try await store.setChunkedValue(key, whole)
                try await damage(try await store.keys(under: "\(key)/").value)
                let error = await #expect(throws: CoordinationError.self) { try await store.chunkedValue(key) }
                #expect(error?.code == .corrupt)
                // A new value repairs it.
                try await store.setChunkedValue(key, [1, 2, 3])
                #expect(try await store.chunkedValue(key)?.value == [1, 2, 3])
                try await store.deleteChunkedValue(key)
            }
            try await store.set("chunked/nonsense", "{}".utf8, flags: ChunkManifest.flags)
            let error = await #expect(throws: CoordinationError.self) {
                try await store.chunkedValue("chunked/nonsense")
            }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func `Readers and writers of one value see whole values only, and leave no chunks behind`() async throws {
        try await withStore { store, _ in
            let values = (0..<4).map { value(UInt64($0), count: 550_000 + $0) }
            try await store.setChunkedValue("chunked/busy", values[0])
            try await withThrowingTaskGroup { group in
                for writer in 1..<4 {
                    group.addTask {
                        for _ in 0..<3 {
                            // A writer that others overtake again and again gives up, and that is allowed here.
                            do { try await store.setChunkedValue("chunked/busy", values[writer]) } catch let error
                                as CoordinationError
                            {
                                #expect(error.code == .contended)
                            }
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<10 {
                        do {
                            let seen = try await store.chunkedValue("chunked/busy")?.value
                            #expect(values.contains { $0 == seen })
                        } catch let error as CoordinationError {
                            #expect(error.code == .contended)
                        }
                    }
                }
                try await group.waitForAll()
            }
            // The last write collects what the writers left to each other.
            try await store.setChunkedValue("chunked/busy", values[0])
            #expect(try await store.chunkedValue("chunked/busy")?.value == values[0])
            #expect(try await store.keys(under: "chunked/busy/").value.count == 3)
            try await store.deleteChunkedValue("chunked/busy")
        }
    }

    @Test func `A write that was interrupted leaves the old value, and its chunks to the next write`() async throws {
        try await withStore { store, _ in
            let old = value(5, count: 700_000)
            try await store.setChunkedValue("chunked/cut", old)
            // As if a writer had been killed after its first chunk.
            let begun = ChunkManifest(of: value(6, count: 600_000), id: 7)
            try await store.set(begun.copy(of: "chunked/cut"), begun.bytes, flags: ChunkManifest.flags)
            try await store.set(begun.chunk(0, of: "chunked/cut"), [1])
            #expect(try await store.chunkedValue("chunked/cut")?.value == old)
            try await store.setChunkedValue("chunked/cut", [1])
            #expect(try await store.keys(under: "chunked/cut/").value.count == 2)
            try await store.deleteChunkedValue("chunked/cut")
        }
    }

    @Test func `A value of more than 64 MiB is not sent`() async throws {
        try await withStore { store, _ in
            let huge = [UInt8](repeating: 0, count: 64 * 1024 * 1024 + 1)
            let error = await #expect(throws: CoordinationError.self) {
                try await store.setChunkedValue("chunked/huge", huge)
            }
            #expect(error?.code == .tooLarge)
            let keys = try await store.keys(under: "chunked/huge").value
            #expect(keys == [])
        }
    }
}
