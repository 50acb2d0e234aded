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

/// The event loops that everything in the process shares that uses NIO's singletons.
///
/// NIO starts them when they are first used, and ends the process if the system has no descriptors left for them. So they are
/// started early, where an error can be thrown, and only after a look at whether there are enough descriptors.
package enum EventLoops {
    /// What one loop opens on Linux: for events, for wake-ups and for timers.
    private static let descriptorsOfEach = 3

    /// Left over for other threads, which may open a descriptor between the look and the start.
    private static let spareDescriptors = 8

    private static let areStarted = NIOLockedValueBox(false)

    /// Starts the event loops unless they run.
    ///
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/outOfResources`` if there are too few descriptors. The next
    ///   call tries again.
    package static func start() throws(ConsulHTTPError) {
        let missing: Int32? = areStarted.withLockedValue { areStarted in
            guard !areStarted else { return nil }
            let needed = NIOSingletons.groupLoopCountSuggestion * descriptorsOfEach + spareDescriptors
            if let number = shortage(of: needed) { return number }
            _ = MultiThreadedEventLoopGroup.singleton
            areStarted = true
            return nil
        }
        guard let missing else { return }
        let reason = String(cString: strerror(missing)).lowercased()
        throw ConsulHTTPError(.outOfResources, "no event loops for HTTP could be started: \(reason)")
    }

    /// Opens as many descriptors as are asked for, and closes them.
    ///
    /// - Returns: Why there are not as many, as an `errno`; `nil` if there are.
    private static func shortage(of count: Int) -> Int32? {
        var descriptors: [Int32] = []
        descriptors.reserveCapacity(count)
        defer { for descriptor in descriptors { close(descriptor) } }
        for _ in 0..<count {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                // Without such a file, as in some sandboxes, there is nothing to try it with.
                return [EMFILE, ENFILE, ENOMEM].contains(errno) ? errno : nil
            }
            descriptors.append(descriptor)
        }
        return nil
    }
}
