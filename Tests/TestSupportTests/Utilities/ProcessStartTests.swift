// SPDX-License-Identifier: Apache-2.0

#if os(Linux)

import Foundation
import TestSupport
import Testing

struct ProcessStartTests {
    @Test func `A child process inherits no descriptor that other threads open while it starts`() async {
        OpenDescriptors.keepFromChildren()
        await #expect(processExitsWith: .success) {
            let isOver = WatchedValue(false)
            Thread {
                while !isOver.current {
                    let opened = (0..<400).map { _ in dup(STDIN_FILENO) }
                    for descriptor in opened { close(descriptor) }
                }
            }.start()
            do {
                var counts: Set<Int32> = []
                for _ in 0..<100 { counts.insert(try await descriptorsOfChild()) }
                #expect(counts.count == 1, "\(counts.sorted())")
            } catch {
                Issue.record(error)
            }
            isOver.update { $0 = true }
        }
    }
}

/// Returns the number of open descriptors in a child process that was passed none.
private func descriptorsOfChild() async throws -> Int32 {
    let status = WatchedValue<Int32?>(nil)
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/bin/sh")
    child.arguments = ["-c", "set -- /proc/self/fd/*; exit $#"]
    child.standardInput = FileHandle.nullDevice
    child.standardOutput = FileHandle.nullDevice
    child.standardError = FileHandle.nullDevice
    child.terminationHandler = { child in status.update { $0 = child.terminationStatus } }
    try child.start()
    return try await status.wait("a child to end", within: .seconds(20)) { $0 != nil } ?? 0
}

#endif
