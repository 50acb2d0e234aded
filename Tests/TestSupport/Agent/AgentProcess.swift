// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A child process that writes its output to a file, can be awaited, and is reaped.
final class AgentProcess: Sendable {
    private let process: Process
    private let isOver: WatchedValue<Bool>
    private let guardian: ProcessGuardian

    /// The process ID.
    let id: Int32

    /// Starts the program and appends its standard output and error to the existing file at `logPath`.
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

    /// True unless the process is known to have ended.
    var isRunning: Bool { !isOver.current }

    /// Sends a signal, unless the process has ended: the system may have reused its ID.
    func signal(_ number: Int32) {
        if isRunning { _ = Foundation.kill(id, number) }
    }

    /// Stops the process with a signal and waits until all of its threads have stopped. The signal arrives with a
    /// delay, and a thread that still runs could answer one more request.
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

    /// Terminates the process, kills it after the grace period, and waits until it has been reaped.
    func stop(grace: Duration) async throws {
        // A stopped process reacts only to SIGKILL and SIGCONT, so it must continue to handle SIGTERM.
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

    /// Kills the process, as a crash would end it, and waits until it has been reaped.
    func kill() async throws {
        signal(SIGKILL)
        await waitForEnd()
        try guardian.dismiss()
    }

    /// Waits in an unstructured task, which cancellation does not reach: a canceled test must not leave its process
    /// behind.
    private func waitForEnd() async {
        await Task { [isOver] in _ = try? await isOver.wait { $0 } }.value
    }
}
