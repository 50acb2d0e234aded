// SPDX-License-Identifier: Apache-2.0

/// Something a test waited for did not happen in time.
public struct DeadlineExceeded: Error, CustomStringConvertible {
    /// What was waited for, in words.
    public let awaited: String
    /// How long it was given.
    public let limit: Duration
    /// Where in the tests the waiting was asked for.
    public let fileID: String
    /// The line in that file.
    public let line: UInt

    /// The sentence a failing test prints.
    public var description: String {
        "\(fileID):\(line): waited \(limit) for \(awaited), in vain"
    }
}
