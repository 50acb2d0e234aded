// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Detects the events that end a command without an end of its own: SIGINT, SIGTERM, and a standard output without a
/// reader.
///
/// Signals arrive through a pipe, so that one thread can wait for all events without polling.
struct StopSignals: Sendable {
    /// The end of the pipe that the signal handler writes to. Handlers can access only globals.
    private static let notice = Atomic<Int32>(-1)

    private let pipe: (notified: Int32, notifying: Int32)

    /// Installs handlers for SIGINT and SIGTERM. They handle the first signal; a second one has its default effect.
    ///
    /// - Throws: ``ExitStatus/unknown`` when the system cannot create a pipe; the reason is on standard error.
    init() throws {
        var ends: (Int32, Int32) = (-1, -1)
        let result = withUnsafeMutablePointer(to: &ends) { pointer in
            pointer.withMemoryRebound(to: Int32.self, capacity: 2) { Self.openPipe($0) }
        }
        guard result == 0 else {
            throw Terminal.failure("cannot wait for signals: \(Terminal.systemError())")
        }
        pipe = ends
        for descriptor in [pipe.notified, pipe.notifying] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        Self.notice.store(pipe.notifying, ordering: .sequentiallyConsistent)
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                // Only calls that a handler may make (signal-safety(7)).
                let error = errno
                signal(SIGINT, SIG_DFL)
                signal(SIGTERM, SIG_DFL)
                var byte: UInt8 = 0
                StopSignals.write(&byte, to: StopSignals.notice.load(ordering: .sequentiallyConsistent))
                errno = error
            }
        }
    }

    /// Blocks the thread until one of the events occurs.
    func waitUntilStopped() {
        var watched = [
            pollfd(fd: pipe.notified, events: Int16(POLLIN), revents: 0),
            // `poll` reports errors and hang-ups in any case.
            pollfd(fd: STDOUT_FILENO, events: 0, revents: 0),
        ]
        while true {
            let count = poll(&watched, nfds_t(watched.count), -1)
            if count < 0, errno != EINTR { return }
            // A descriptor that cannot be polled, such as a device on some systems, is left out.
            if watched[1].revents & Int16(POLLNVAL) != 0 {
                watched[1].fd = -1
            } else if count > 0 {
                return
            }
        }
    }

    /// Blocks the thread for the duration.
    func wait(for duration: Duration) {
        let end = ContinuousClock.now.advanced(by: duration)
        while true {
            let left = ContinuousClock.now.duration(to: end).milliseconds
            guard left > 0 else { return }
            poll(nil, 0, Int32(left.rounded(.up)))
        }
    }

    private static func openPipe(_ ends: UnsafeMutablePointer<Int32>) -> Int32 {
        #if canImport(Glibc)
        Glibc.pipe(ends)
        #elseif canImport(Musl)
        Musl.pipe(ends)
        #elseif canImport(Darwin)
        Darwin.pipe(ends)
        #endif
    }

    private static func write(_ byte: inout UInt8, to descriptor: Int32) {
        #if canImport(Glibc)
        _ = Glibc.write(descriptor, &byte, 1)
        #elseif canImport(Musl)
        _ = Musl.write(descriptor, &byte, 1)
        #elseif canImport(Darwin)
        _ = Darwin.write(descriptor, &byte, 1)
        #endif
    }
}
