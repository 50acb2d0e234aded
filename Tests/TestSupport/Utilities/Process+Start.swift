// SPDX-License-Identifier: Apache-2.0

public import Foundation
import NIOConcurrencyHelpers

extension Process {
    private static let starting = NIOLock()

    /// Runs the process while no other is being started, and passes on only the descriptors that were requested.
    ///
    /// On Linux, Foundation learns of a child's end from a socket that only the child holds. Of two children started at
    /// the same moment, one may inherit the other's socket. The end of the other then goes unnoticed until the first
    /// ends, and a caller that waits for it hangs.
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
    /// Foundation determines the highest descriptor and has the child close all up to that number. The child keeps
    /// those that other threads open above it in the meantime. An agent could thus hold one end of another test's
    /// connection, and the other end would never see it close.
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
