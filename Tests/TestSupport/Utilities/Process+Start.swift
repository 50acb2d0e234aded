// SPDX-License-Identifier: Apache-2.0

public import Foundation
import NIOConcurrencyHelpers

extension Process {
    private static let starting = NIOLock()

    /// Runs the process while no other is being started.
    ///
    /// On Linux, Foundation learns of a child's end from a socket that the child alone holds. Two children started at
    /// the same moment may both inherit the one's socket, and then the end of the first goes unnoticed for as long as
    /// the second lives: whoever waits for it waits for ever.
    public func start() throws {
        try Self.starting.withLock { try run() }
    }
}
