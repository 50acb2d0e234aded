// SPDX-License-Identifier: Apache-2.0

public import Foundation
import NIOConcurrencyHelpers

/// Reads the output of a child process on a thread of its own, which alone closes the reading end.
///
/// A `readabilityHandler` of Foundation would not do: a handle that is closed or released while its source is still
/// registered makes libdispatch end the process.
public final class PipeReader: Sendable {
    private let isStopped = NIOLockedValueBox(false)

    /// Starts to read.
    ///
    /// - Parameters:
    ///   - pipe: The pipe that the child writes to. Its reading end belongs to the reader.
    ///   - take: Called with what has arrived; with no bytes at the end.
    public init(_ pipe: Pipe, _ take: @escaping @Sendable (Data) -> Void) {
        let handle = pipe.fileHandleForReading
        Thread.detachNewThread { [isStopped] in
            var state = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
            while !isStopped.withLockedValue({ $0 }) {
                guard poll(&state, 1, 50) > 0 else { continue }
                let data = handle.availableData
                take(data)
                if data.isEmpty { break }
            }
            try? handle.close()
        }
    }

    /// Stops reading, and closes the reading end a moment later.
    public func stop() {
        isStopped.withLockedValue { $0 = true }
    }
}
