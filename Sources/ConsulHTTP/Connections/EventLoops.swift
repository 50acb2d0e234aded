// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The event loops that all users of NIO's singletons in this process share.
///
/// NIO starts them at their first use, and terminates the process if the system has no descriptors left for them.
/// Therefore `start()` starts them where an error can be thrown, after checking that enough descriptors are available.
package enum EventLoops {
    /// Descriptors that one event loop opens on Linux: for events, for wake-ups and for timers.
    private static let descriptorsOfEach = 3

    /// Reserve for other threads, which may open descriptors between the check and the start.
    private static let spareDescriptors = 8

    private struct State {
        var areStarted = false
        var count: Int?
    }

    private static let state = NIOLockedValueBox(State())

    /// Sets the number of event loops, unless they are running; one for each processor by default.
    package static func limit(to count: Int) {
        state.withLockedValue { $0.count = count }
    }

    /// Starts the event loops unless they are running.
    ///
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/outOfResources`` if too few descriptors are available.
    ///   The next call tries again.
    package static func start() throws(ConsulHTTPError) {
        let missing: Int32? = state.withLockedValue { state in
            guard !state.areStarted else { return nil }
            if let count = state.count {
                // NIO ends the process if the number is set twice.
                NIOSingletons.groupLoopCountSuggestion = count
                state.count = nil
            }
            let needed = NIOSingletons.groupLoopCountSuggestion * descriptorsOfEach + spareDescriptors
            if let number = shortage(of: needed) { return number }
            _ = MultiThreadedEventLoopGroup.singleton
            state.areStarted = true
            return nil
        }
        guard let missing else { return }
        let reason = String(cString: strerror(missing)).lowercased()
        throw ConsulHTTPError(.outOfResources, "the event loops for HTTP could not be started: \(reason)")
    }

    /// Opens and closes `count` descriptors to check that they are available.
    ///
    /// - Returns: The `errno` of the failure; `nil` if all could be opened.
    private static func shortage(of count: Int) -> Int32? {
        var descriptors: [Int32] = []
        descriptors.reserveCapacity(count)
        defer { for descriptor in descriptors { close(descriptor) } }
        for _ in 0..<count {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                // Without `/dev/null`, as in some sandboxes, the check is not possible.
                return [EMFILE, ENFILE, ENOMEM].contains(errno) ? errno : nil
            }
            descriptors.append(descriptor)
        }
        return nil
    }
}
