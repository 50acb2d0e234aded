// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TestSupport

struct ProcessGuardianTests {
    @Test func `A process guardian kills its process when the test process ends`() async throws {
        let directory = try temporaryDirectory()
        let over = WatchedValue(false)
        let sleeper = try startSleeper { over.update { $0 = true } }
        let guardian = try ProcessGuardian(of: sleeper.processIdentifier, directory: directory)
        // Closing the pipe has the same effect as the end of the test process.
        try guardian.abandon()
        try await over.wait("the sleeper to be killed", within: .seconds(10)) { $0 }
        #expect(sleeper.terminationReason == .uncaughtSignal)
    }

    @Test func `A process guardian removes a directory without a process`() async throws {
        let directory = try temporaryDirectory()
        let guardian = try ProcessGuardian(of: nil, directory: directory)
        try guardian.abandon()
        try await guardian.waitForEnd()
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test func `A dismissed process guardian leaves process and directory alone`() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let over = WatchedValue(false)
        let sleeper = try startSleeper { over.update { $0 = true } }
        let guardian = try ProcessGuardian(of: sleeper.processIdentifier, directory: directory)
        try guardian.dismiss()
        try await guardian.waitForEnd()
        #expect(isAlive(sleeper.processIdentifier))
        #expect(FileManager.default.fileExists(atPath: directory))
        // Not SIGTERM: a child started from a worker thread inherits that thread's signal mask, which blocks it.
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
        // A sleeper that a failed test leaves behind must not keep the test run's output open.
        sleeper.standardOutput = FileHandle.nullDevice
        sleeper.standardError = FileHandle.nullDevice
        sleeper.terminationHandler = { _ in whenOver() }
        try sleeper.start()
        return sleeper
    }
}
