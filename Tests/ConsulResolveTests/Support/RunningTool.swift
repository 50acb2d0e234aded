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
    private let errors = Pipe()

    private init(_ arguments: [String]) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLineTool.path)
        process.arguments = arguments
        process.environment = CommandLineTool.environment()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        process.terminationHandler = { [state] process in
            state.update { $0.status = process.terminationStatus }
        }
        output.fileHandleForReading.readabilityHandler = { [state] handle in
            let text = String(decoding: handle.availableData, as: UTF8.self)
            state.update { $0.text += text }
        }
        errors.fileHandleForReading.readabilityHandler = { [state] handle in
            let text = String(decoding: handle.availableData, as: UTF8.self)
            state.update { $0.errors += text }
        }
        try process.start()
    }

    /// What it has said on standard error.
    var errorText: String { state.current.errors }

    /// Waits until there are so many whole lines of output, and returns them all.
    @discardableResult
    func lines(_ count: Int, within limit: Duration = .seconds(20)) async throws -> [String] {
        let output = try await state.wait("\(count) lines", within: limit) { $0.text.count { $0 == "\n" } >= count }
        return output.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Waits until it has said this on standard error.
    func waitForError(_ text: String, within limit: Duration = .seconds(20)) async throws {
        try await state.wait("\"\(text)\"", within: limit) { $0.errors.contains(text) }
    }

    /// Waits for its end.
    ///
    /// - Returns: Its exit status.
    func end(within limit: Duration = .seconds(20)) async throws -> Int32? {
        try await state.wait("the program to end", within: limit) { $0.status != nil }.status
    }

    /// Sends a signal, unless it has ended.
    func signal(_ number: Int32) {
        if state.current.status == nil { kill(process.processIdentifier, number) }
    }

    /// Goes away as its reader.
    func stopReading() throws {
        output.fileHandleForReading.readabilityHandler = nil
        try output.fileHandleForReading.close()
    }

    /// Runs the program beside the body, and ends it however the body ends.
    static func with<Result>(
        _ arguments: [String],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RunningTool) async throws -> Result
    ) async throws -> Result {
        let tool = try RunningTool(arguments)
        defer { tool.signal(SIGKILL) }
        return try await body(tool)
    }
}
