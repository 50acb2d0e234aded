// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import NIOPosix
import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSnapshot

struct SnapshotReplacingTests {
    @Test
    func `A writer that dies leaves the old snapshot, and the next one removes its remains`() async throws {
        try await withTemporaryDirectory { directory in
            let file = SnapshotFile(path: directory + "/snapshot")
            try file.replace(with: snapshot("old"))
            // The remains of a writer that is killed before the rename, from an empty file to more than the new
            // content.
            for rest in ["", "SCRS", "SCRSNAP\0 and half of something"] {
                try Data(rest.utf8).write(to: URL(fileURLWithPath: file.temporaryPath))
                #expect(try file.content() == snapshot("old"))
                try file.replace(with: snapshot("new"))
                #expect(try file.content() == snapshot("new"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["snapshot"])
                try file.replace(with: snapshot("old"))
            }
        }
    }

    @Test
    func `Simultaneous writers leave a complete snapshot at any moment`() async throws {
        try await withTemporaryDirectory { directory in
            let file = SnapshotFile(path: directory + "/snapshot")
            let contents = (1...6).map { snapshot(String(repeating: "\($0)", count: $0 * 20_000)) }
            try file.replace(with: contents[0])
            let complaints = await onThreads(contents.count + 1) { number in
                guard number < contents.count else {
                    let readings = try (0..<200).map { _ in try file.content() }
                    return readings.allSatisfy(contents.contains) ? nil : "a mixture was read"
                }
                for _ in 0..<30 { try file.replace(with: contents[number]) }
                return nil
            }
            #expect(complaints == [])
            #expect(contents.contains(try file.content()))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["snapshot"])
        }
    }

    @Test func `A writer leaves a link and its target alone`() async throws {
        try await withTemporaryDirectory { directory in
            let target = directory + "/target"
            try Data("precious".utf8).write(to: URL(fileURLWithPath: target))
            let file = SnapshotFile(path: directory + "/snapshot")
            try #require(symlink(target, file.path) == 0)
            expect(.untrusted) { try file.replace(with: snapshot("new")) }
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == target)
        }
    }

    @Test
    func `A writer leaves foreign files alone, in its own place and in that of the temporary file`() async throws {
        try await withTemporaryDirectory { directory in
            let file = SnapshotFile(path: directory + "/settings.json")
            for path in [file.path, file.temporaryPath] {
                for content in ["{}", "SCRSNAP 2, a text", String(repeating: "x", count: 100_000)] {
                    try Data(content.utf8).write(to: URL(fileURLWithPath: path))
                    expect(.foreign) { try file.replace(with: snapshot("new")) }
                    #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
                }
                try FileManager.default.removeItem(atPath: path)
            }
            try file.replace(with: snapshot("new"))
        }
    }

    @Test
    func `A writer replaces an empty file, and a snapshot that is damaged or of another version`() async throws {
        try await withTemporaryDirectory { directory in
            let file = SnapshotFile(path: directory + "/snapshot")
            for content in [[], SnapshotCoder.seal([], version: 999), snapshot("damaged")] {
                try Data(content).write(to: URL(fileURLWithPath: file.path))
                try file.replace(with: SnapshotCoder.encode(.sample()))
                #expect(try SnapshotCoder.decode(file.content()) == .sample())
            }
        }
    }

    @Test(arguments: ["", ".tmp"])
    func `A snapshot path of a foreign file is refused when the resolver is made`(suffix: String) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/settings.json"
            try Data("{}".utf8).write(to: URL(fileURLWithPath: path + suffix))
            var configuration = ServiceResolver.Configuration()
            configuration.snapshot = ServiceResolver.Configuration.Snapshot(path: path)
            let error = #expect(throws: ConfigurationError.self) {
                _ = try ServiceResolver(configuration: configuration)
            }
            #expect(error?.setting == "snapshot.path")
            #expect(error?.message.contains("\(path)\(suffix) is another kind of file") == true)
            #expect(try String(contentsOfFile: path + suffix, encoding: .utf8) == "{}")
        }
    }

    @Test
    func `A writer touches no file of another name, even through its temporary file`() async throws {
        try await withTemporaryDirectory { directory in
            let target = directory + "/target"
            try Data("precious".utf8).write(to: URL(fileURLWithPath: target))
            let file = SnapshotFile(path: directory + "/snapshot")
            for plant in [symlink, Foundation.link] {
                try #require(plant(target, file.temporaryPath) == 0)
                expect(.untrusted) { try file.replace(with: snapshot("new")) }
                try FileManager.default.removeItem(atPath: file.temporaryPath)
            }
            try FileManager.default.createDirectory(atPath: file.temporaryPath, withIntermediateDirectories: false)
            expect(.system) { try file.replace(with: [1]) }
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
            expect(.missing) { try file.content() }
        }
    }

    @Test func `A writer reports its error, and leaves no file behind`() async throws {
        try await withTemporaryDirectory { directory in
            let missing = SnapshotFile(path: directory + "/none/snapshot")
            let error = expect(.missing) { try missing.replace(with: [1]) }
            #expect(error?.message == "has a temporary file (.tmp) that cannot be opened: no such file or directory")
            expect(.untrusted) { try SnapshotFile(path: directory + "/").replace(with: [1]) }
            let taken = SnapshotFile(path: directory + "/taken")
            try FileManager.default.createDirectory(atPath: taken.path, withIntermediateDirectories: false)
            expect(.untrusted) { try taken.replace(with: [1]) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["taken"])
        }
    }

    @Test
    func `A snapshot that cannot be loaded is logged, and is no error`() async throws {
        try await withTemporaryDirectory { directory in
            let file = SnapshotFile(path: directory + "/snapshot")
            var log = RecordedLog()
            log.logLevel = .warning
            func load(at now: Int64 = Snapshot.sampleTime) throws -> [ServiceRequest: StoredAnswer] {
                try file.load(noOlderThan: .seconds(60), wallClock: { now }, logger: log.logger)
            }
            // A missing snapshot and one that has become too old lead to no warning.
            #expect(try load().isEmpty)
            try file.replace(with: SnapshotCoder.encode(.sample()))
            #expect(try load().keys.map(\.name) == ["web"])
            #expect(try load(at: Snapshot.sampleTime + 61).isEmpty)
            #expect(log.lines.current.isEmpty)
            try file.replace(with: Array("SCRSNAP\0 and no more".utf8))
            #expect(try load().isEmpty)
            #expect(log.lines.current.count == 1)
            #expect(log.lines.current.first?.contains(file.path) == true)
        }
    }

    /// Returns content that begins as a snapshot does.
    private func snapshot(_ content: String) -> [UInt8] { Array("SCRSNAP\0\(content)".utf8) }

    /// Runs `body` `count` times at once, on threads of their own, since the pool for tasks may have only one thread.
    private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> String?) async -> [String] {
        let threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
        let complaints = await withTaskGroup(of: String?.self) { group in
            for number in 0..<count {
                group.addTask {
                    do { return try await threads.runIfActive { try body(number) } } catch { return "\(error)" }
                }
            }
            return await group.reduce(into: [String]()) { $0 += $1.map { [$0] } ?? [] }
        }
        try? await threads.shutdownGracefully()
        return complaints
    }

    @discardableResult
    private func expect<Output>(_ code: PrivateFileError.Code, _ body: () throws -> Output) -> PrivateFileError? {
        let error = #expect(throws: PrivateFileError.self) { try body() }
        #expect(error?.code == code)
        return error
    }
}
