// SPDX-License-Identifier: Apache-2.0

public import Foundation
import NIOConcurrencyHelpers

extension Process {
    private static let starting = NIOLock()

    /// Runs the process while no other is being started, and hands down nothing but what it is told to.
    ///
    /// On Linux, Foundation learns of a child's end from a socket that the child alone holds. Two children started at
    /// the same moment may both inherit the one's socket, and then the end of the first goes unnoticed for as long as
    /// the second lives: whoever waits for it waits for ever.
    public func start() throws {
        try Self.whileNoneStarts { try run() }
    }

    /// Runs the body while no process is being started.
    static func whileNoneStarts(_ body: () throws -> Void) rethrows {
        try starting.withLock {
            #if os(Linux)
            _ = ceiling
            #endif
            try body()
        }
    }

    #if os(Linux)
    /// A descriptor with a number above those of all others.
    ///
    /// Foundation looks which is the highest, and has the child close all up to that. What other threads open above it in
    /// the meantime the child keeps: an agent that holds one end of another test's connection, so that the other end
    /// waits for its close in vain.
    private static let ceiling: CInt = {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let number = CInt(clamping: min(limit.rlim_cur, 4096)) - 1
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        return fcntl(null, F_DUPFD_CLOEXEC, number)
    }()
    #endif
}
