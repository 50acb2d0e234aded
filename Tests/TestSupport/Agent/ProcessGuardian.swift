// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Ends a process and removes its directory when this process is gone, however it went.
///
/// A crashed or killed test run executes no cleanup of its own, and an agent without a parent would keep its ports and
/// memory for ever. The guardian is a shell that reads from a pipe only this process writes to: the word it gets when
/// all went well dismisses it, the end of the pipe without a word tells it to clean up.
final class ProcessGuardian: Sendable {
    private static let script = #"read -r word || { [ -z "$1" ] || kill -KILL "$1"; rm -rf -- "$2"; }"#

    private let shell: Process
    private let line: FileHandle
    private let isOver = WatchedValue(false)

    /// Guards the directory and, unless there is none, the process.
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

    /// Tells it that the process has ended.
    func dismiss() throws {
        try line.write(contentsOf: Data("dismissed\n".utf8))
        try line.close()
    }

    /// Waits until the guardian itself is gone.
    func waitForEnd() async throws {
        try await isOver.wait("the guardian to end", within: .seconds(10)) { $0 }
    }

    /// What the death of this process does.
    func abandon() throws {
        try line.close()
    }
}
