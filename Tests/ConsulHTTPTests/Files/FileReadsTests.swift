// SPDX-License-Identifier: Apache-2.0

import Dispatch
import TestSupport
import Testing

@testable import ConsulHTTP

struct FileReadsTests {
    /// A file on a mount that hangs until the test releases it.
    private final class SlowFile: Sendable {
        let started = WatchedValue(0)
        private let gate = DispatchSemaphore(value: 0)

        func letGo() { gate.signal() }

        func read() -> FileReads.Content {
            let number = started.update { count in
                count += 1
                return count
            }
            gate.wait()
            gate.signal()
            return .success([UInt8(number)])
        }
    }

    @Test func `A read that hangs blocks one thread, however many callers read the file`() async throws {
        let file = SlowFile()
        let reads = FileReads { _ in file.read() }
        let first = Task { await reads.content(of: "token") }
        try await file.started.wait("the read", within: .seconds(20)) { $0 == 1 }
        let others = (0..<50).map { _ in Task { await reads.content(of: "token") } }
        let other = FileReads { _ in .success([7]) }
        let elsewhere = await other.content(of: "token")
        #expect(elsewhere == .success([7]))
        #expect(file.started.current == 1)
        file.letGo()
        #expect(await first.value == .success([1]))
        // The later callers receive the new content of the file.
        for task in others {
            let content = await task.value
            #expect(content != .success([1]))
        }
    }
}
