// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TestSupport

@Suite("A process guardian")
struct ProcessGuardianTests {
    @Test("ends the process when the one it serves disappears")
    func cleansUp() async throws {
        let directory = try temporaryDirectory()
        let over = WatchedValue(false)
        let sleeper = try startSleeper { over.update { $0 = true } }
        let guardian = try ProcessGuardian(of: sleeper.processIdentifier, directory: directory)
        // Closing the pipe is all that the death of this process would do.
        try guardian.abandon()
        try await over.wait("the sleeper to be killed", within: .seconds(10)) { $0 }
        #expect(sleeper.terminationReason == .uncaughtSignal)
    }

    @Test("removes a directory that belongs to no process")
    func directoryAlone() async throws {
        let directory = try temporaryDirectory()
        let guardian = try ProcessGuardian(of: nil, directory: directory)
        try guardian.abandon()
        try await guardian.waitForEnd()
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test("harms nobody once it is dismissed")
    func dismissal() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let over = WatchedValue(false)
        let sleeper = try startSleeper { over.update { $0 = true } }
        let guardian = try ProcessGuardian(of: sleeper.processIdentifier, directory: directory)
        try guardian.dismiss()
        try await guardian.waitForEnd()
        #expect(isAlive(sleeper.processIdentifier))
        #expect(FileManager.default.fileExists(atPath: directory))
        // Not SIGTERM: a child started from a worker thread inherits its mask, which blocks it.
        kill(sleeper.processIdentifier, SIGKILL)
        try await over.wait("the sleeper to end", within: .seconds(10)) { $0 }
    }

    private func temporaryDirectory() throws -> String {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("guarded-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url.path
    }

    private func startSleeper(whenOver: @escaping @Sendable () -> Void) throws -> Process {
        let sleeper = Process()
        sleeper.executableURL = URL(fileURLWithPath: "/bin/sleep")
        sleeper.arguments = ["600"]
        // Should a test fail and leave it behind, it must not hold on to the test run's output.
        sleeper.standardOutput = FileHandle.nullDevice
        sleeper.standardError = FileHandle.nullDevice
        sleeper.terminationHandler = { _ in whenOver() }
        try sleeper.start()
        return sleeper
    }
}
