// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// The built program while it runs, with its output on a pipe.
final class RunningTool: Sendable {
    private struct Output: Sendable {
        var text = ""
        var errors = ""
        var status: Int32?
    }

    private let process: Process
    private let state = WatchedValue(Output())
    private let output = Pipe()
    private let readers: [PipeReader]

    private init(_ arguments: [String], environment: [String: String], isRead: Bool) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLineTool.path)
        process.arguments = arguments
        process.environment = CommandLineTool.environment(environment)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        let errors = Pipe()
        process.standardError = errors
        process.terminationHandler = { [state] process in
            state.update { $0.status = process.terminationStatus }
        }
        try process.start()
        let errorReader = PipeReader(errors) { [state] data in
            state.update { $0.errors += String(decoding: data, as: UTF8.self) }
        }
        guard isRead else {
            readers = [errorReader]
            return
        }
        let outputReader = PipeReader(output) { [state] data in
            state.update { $0.text += String(decoding: data, as: UTF8.self) }
        }
        readers = [outputReader, errorReader]
    }

    /// The text on standard error so far.
    var errorText: String { state.current.errors }

    /// Waits until there are at least `count` complete lines of output, and returns all of them.
    @discardableResult
    func lines(_ count: Int, within limit: Duration = .seconds(20)) async throws -> [String] {
        let output = try await state.wait("\(count) lines", within: limit) { $0.text.count { $0 == "\n" } >= count }
        return output.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Waits until standard error contains the text.
    func waitForError(_ text: String, within limit: Duration = .seconds(20)) async throws {
        try await state.wait("\"\(text)\"", within: limit) { $0.errors.contains(text) }
    }

    /// Waits for the end of the program.
    ///
    /// - Returns: Its exit status.
    func end(within limit: Duration = .seconds(20)) async throws -> Int32? {
        try await state.wait("the program to end", within: limit) { $0.status != nil }.status
    }

    /// Sends a signal, unless the program has ended.
    func signal(_ number: Int32) {
        if state.current.status == nil { kill(process.processIdentifier, number) }
    }

    /// Waits until the pipe of its output is full. Only for a program without a reader.
    func waitUntilBlocked() async throws {
        let descriptor = output.fileHandleForReading.fileDescriptor
        let seen = WatchedValue((count: Int32(0), times: 0))
        // The number of bytes that fit depends on the sizes of the writes: the pipe is full when its content stays the
        // same.
        try await eventually("the pipe to be full") {
            var count: Int32 = 0
            guard ioctl(descriptor, UInt(FIONREAD), &count) == 0 else { return false }
            return seen.update { seen in
                seen = (count, seen.count == count ? seen.times + 1 : 0)
                return count > 32_768 && seen.times >= 50
            }
        }
    }

    /// Closes the reading ends of the output and of standard error.
    func stopReading() {
        for reader in readers { reader.stop() }
    }

    /// Runs the program beside the body, and ends the program however the body ends.
    ///
    /// - Parameter isRead: True if the output is read; otherwise the program blocks when the pipe is full.
    static func with<Result>(
        _ arguments: [String],
        environment: [String: String] = [:],
        isRead: Bool = true,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RunningTool) async throws -> Result
    ) async throws -> Result {
        let tool = try RunningTool(arguments, environment: environment, isRead: isRead)
        defer {
            tool.signal(SIGKILL)
            tool.stopReading()
        }
        return try await body(tool)
    }
}
