// SPDX-License-Identifier: Apache-2.0

/// An event that a test waited for did not happen in time.
public struct DeadlineExceeded: Error, CustomStringConvertible {
    /// The event, in words.
    public let awaited: String
    /// The time limit.
    public let limit: Duration
    /// The test file that waited.
    public let fileID: String
    /// The line in that file.
    public let line: UInt

    /// The message that a failing test prints.
    public var description: String {
        "\(fileID):\(line): timed out after \(limit) waiting for \(awaited)"
    }
}
