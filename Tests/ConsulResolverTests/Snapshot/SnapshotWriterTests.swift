// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSnapshot
@testable import ResolverSupport

struct SnapshotWriterTests {
    private struct Bench {
        let file: SnapshotFile
        let clock: ManualClock
        let writer: SnapshotWriter
        let log: RecordedLog
        /// The known entries, and the number of times that the writer read them.
        let known: WatchedValue<(entries: [Snapshot.Entry]?, count: Int)>

        /// The ports in the file; empty if there is no file.
        var ports: [UInt16] {
            let snapshot = try? SnapshotCoder.decode(file.content())
            return snapshot?.entries.flatMap(\.endpoints).map(\.port) ?? []
        }

        func know(_ ports: UInt16...) {
            known.update { $0.entries = ports.map { .sample("web-\($0)", port: $0) } }
        }

        /// Polls, because the replacement of a file causes no event.
        func waitFor(_ ports: UInt16...) async throws {
            _ = try await asking("a snapshot of \(ports)", within: .seconds(30)) { self.ports == ports ? true : nil }
        }
    }

    @Test func `A snapshot writer collects changes, and rests without changes`() async throws {
        try await withBench { bench in
            #expect(bench.clock.sleeperCount == 0)
            for port in 1...100 {
                bench.know(UInt16(port))
                bench.writer.noteChange()
            }
            try await bench.clock.waitForSleepers(1)
            #expect(bench.ports == [])
            bench.clock.advance(by: .seconds(5))
            try await bench.waitFor(100)
            #expect(bench.known.current.count == 1)

            bench.know(1, 2)
            bench.writer.noteChange()
            try await bench.clock.waitForSleepers(1)
            #expect(bench.clock.sleeperCount == 1)
            bench.clock.advance(by: .seconds(5))
            try await bench.waitFor(1, 2)
            await bench.writer.shutdown()
            #expect(bench.known.current.count == 2)
            #expect(bench.clock.sleeperCount == 0)
        }
    }

    @Test
    func `A snapshot writer writes changes at shutdown, and stops after that`() async throws {
        try await withBench { bench in
            bench.know(1)
            bench.writer.noteChange()
            // A task that shuts down is often canceled; its cancellation is the reason for the shutdown.
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                await bench.writer.shutdown()
            }
            try await withDeadline(.seconds(30)) { await task.value }
            #expect(bench.ports == [1])
            #expect(bench.known.current.count == 1)
            bench.know(2)
            bench.writer.noteChange()
            await bench.writer.shutdown()
            #expect(bench.ports == [1])
            #expect(bench.clock.sleeperCount == 0)
        }
    }

    @Test
    func `A snapshot writer leaves the file alone without changes, or without a cache to read`() async throws {
        try await withBench { bench in
            await bench.writer.shutdown()
            #expect(bench.known.current.count == 0)
        }
        try await withBench { bench in
            try bench.file.replace(with: SnapshotCoder.encode(.sample(port: 7)))
            bench.writer.noteChange()
            bench.known.update { $0.entries = nil }
            await bench.writer.shutdown()
            #expect(bench.known.current.count == 1)
            #expect(bench.ports == [7])
            #expect(bench.log.lines.current == [])
        }
    }

    @Test
    func `A snapshot writer writes confirmations with a change, when the file is old, and at the end`() async throws {
        try await withBench { bench in
            bench.know(1)
            bench.writer.noteChange()
            try await bench.clock.waitForSleepers(1)
            bench.clock.advance(by: .seconds(5))
            try await bench.waitFor(1)
            // The end of a write is visible only when the writer sleeps before the next one.
            bench.writer.noteChange()
            try await bench.clock.waitForSleepers(1)
            bench.clock.advance(by: .seconds(5))
            _ = try await bench.known.wait("a second write", within: .seconds(30)) { $0.count == 2 }
            bench.know(2)
            bench.writer.noteConfirmation()
            await bench.writer.shutdown()
            #expect(bench.ports == [2])
        }
    }

    @Test
    func `A snapshot writer logs a missing directory once, and logs when it can write again`() async throws {
        try await withBench(path: "later/snapshot") { bench in
            bench.know(1)
            bench.writer.noteChange()
            for pause in [5, 5, 10] {
                try await bench.clock.waitForSleepers(1)
                bench.clock.advance(by: .seconds(pause))
            }
            try await bench.clock.waitForSleepers(1)
            #expect(bench.log.lines.current.count == 1)
            let line = try #require(bench.log.lines.current.first)
            #expect(line.contains(bench.file.path) && line.contains("no such file or directory"))

            try FileManager.default.createDirectory(atPath: bench.file.directory, withIntermediateDirectories: false)
            bench.clock.advance(by: .seconds(20))
            try await bench.waitFor(1)
            await bench.writer.shutdown()
            #expect(bench.log.lines.current.count == 2)
            #expect(bench.log.lines.current.last?.contains("again") == true)
        }
    }

    @Test func `A snapshot writer shares a file with another writer without damage`() async throws {
        try await withBench { bench in
            let other = SnapshotWriter(
                ServiceResolver.Configuration.Snapshot(path: bench.file.path),
                logger: bench.log.logger
            ) { [.sample(port: 2)] }
            bench.know(1)
            bench.writer.noteChange()
            other.noteChange()
            async let first: Void = bench.writer.shutdown()
            async let second: Void = other.shutdown()
            _ = await (first, second)
            #expect([[1], [2]].contains(bench.ports))
            #expect(bench.log.lines.current == [])
        }
    }

    private func withBench(path: String = "snapshot", _ body: (Bench) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let known = WatchedValue<(entries: [Snapshot.Entry]?, count: Int)>(([], 0))
            let (clock, log) = (ManualClock(), RecordedLog())
            let configuration = ServiceResolver.Configuration.Snapshot(path: "\(directory)/\(path)")
            let writer = SnapshotWriter(
                configuration,
                time: TimeSource(clock),
                wallClock: { Snapshot.sampleTime },
                logger: log.logger
            ) {
                known.update { known in
                    known.count += 1
                    return known.entries
                }
            }
            let file = SnapshotFile(path: configuration.path)
            try await body(Bench(file: file, clock: clock, writer: writer, log: log, known: known))
            await writer.shutdown()
        }
    }
}
