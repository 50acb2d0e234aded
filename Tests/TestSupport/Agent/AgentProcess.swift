// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A child process with its output in a file, that can be awaited and is reaped.
final class AgentProcess: Sendable {
    private let process: Process
    private let isOver: WatchedValue<Bool>
    private let guardian: ProcessGuardian

    /// The process's identifier.
    let id: Int32

    /// Starts the program with its standard output and error appended to the existing file at `logPath`.
    init(program: String, arguments: [String], logPath: String, removingOnDeath directory: String) throws {
        let isOver = WatchedValue(false)
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
        try log.seekToEnd()
        process.standardOutput = log
        process.standardError = log
        process.terminationHandler = { _ in isOver.update { $0 = true } }
        try process.start()
        try log.close()
        self.isOver = isOver
        id = process.processIdentifier
        do {
            guardian = try ProcessGuardian(of: id, directory: directory)
        } catch {
            process.terminate()
            throw error
        }
    }

    /// Whether it has not ended, as far as is known.
    var isRunning: Bool { !isOver.current }

    /// Sends a signal, unless the process has ended: its number may be another's by then.
    func signal(_ number: Int32) {
        if isRunning { _ = Foundation.kill(id, number) }
    }

    /// Stops it, and waits until all of its threads have stopped: when a signal has been sent, it is only on its way, and a
    /// thread that runs may answer one more question.
    func pause() async throws {
        signal(SIGSTOP)
        #if os(Linux)
        let threads = URL(fileURLWithPath: "/proc/\(id)/task")
        try await eventually("process \(id) to stop") {
            let statuses = try FileManager.default.contentsOfDirectory(at: threads, includingPropertiesForKeys: nil)
                .compactMap { try? String(contentsOf: $0.appendingPathComponent("status"), encoding: .utf8) }
            return statuses.allSatisfy { $0.contains("\nState:\tT") }
        }
        #endif
    }

    /// Asks it to end, insists after the grace, and waits until it has been reaped.
    func stop(grace: Duration) async throws {
        // A stopped process acts on no signal but these two.
        signal(SIGTERM)
        signal(SIGCONT)
        do {
            try await isOver.wait("process \(id) to end", within: grace) { $0 }
        } catch {
            signal(SIGKILL)
            await waitForEnd()
        }
        try guardian.dismiss()
    }

    /// Ends it at once, as a crash would, and waits until it has been reaped.
    func kill() async throws {
        signal(SIGKILL)
        await waitForEnd()
        try guardian.dismiss()
    }

    /// In a task of its own, out of reach of cancellation: a cancelled test must not leave its process behind.
    private func waitForEnd() async {
        await Task { [isOver] in _ = try? await isOver.wait { $0 } }.value
    }
}
