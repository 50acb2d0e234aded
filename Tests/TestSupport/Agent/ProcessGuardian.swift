// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Kills a process and removes its directory when the test process ends, however it ends.
///
/// A crashed or killed test run executes no cleanup of its own, and an orphaned agent would keep its ports and memory
/// forever. The guardian is a shell that reads from a pipe to which only the test process writes. A word from the pipe
/// dismisses it after a normal end; the end of the pipe without a word makes it clean up.
final class ProcessGuardian: Sendable {
    private static let script = #"read -r word || { [ -z "$1" ] || kill -KILL "$1"; rm -rf -- "$2"; }"#

    private let shell: Process
    private let line: FileHandle
    private let isOver = WatchedValue(false)

    /// Guards the directory and, if given, the process.
    init(of process: Int32?, directory: String) throws {
        let pipe = Pipe()
        line = pipe.fileHandleForWriting
        shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", Self.script, "guardian", process.map { "\($0)" } ?? "", directory]
        shell.standardInput = pipe
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        shell.terminationHandler = { [isOver] _ in isOver.update { $0 = true } }
        try shell.start()
    }

    /// Dismisses the guardian after the process has ended.
    func dismiss() throws {
        try line.write(contentsOf: Data("dismissed\n".utf8))
        try line.close()
    }

    /// Waits until the guardian itself has ended.
    func waitForEnd() async throws {
        try await isOver.wait("the guardian to end", within: .seconds(10)) { $0 }
    }

    /// Closes the pipe, as the end of the test process does.
    func abandon() throws {
        try line.close()
    }
}
