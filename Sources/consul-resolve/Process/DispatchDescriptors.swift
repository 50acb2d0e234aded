// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The descriptors that Dispatch opens for tasks that wait.
///
/// Dispatch stops the process when it cannot open them, or never wakes a task that sleeps. So a process with too low a
/// limit of open files ends before tasks start. Other processes open all of them at the start, before sockets can use
/// them up.
enum DispatchDescriptors {
    /// The number of descriptors on Linux: an epoll instance, an eventfd, another one for the main queue, and a timer
    /// for each of two clocks.
    private static let count = 5

    /// The room for descriptors that a lookup cannot use up.
    private static let ample = 128

    /// Checks that the descriptors can be opened. Must be called before a task waits.
    ///
    /// - Returns: True if there is so much room that a command with few descriptors need not open these first.
    /// - Throws: ``ExitStatus/unknown`` when they cannot be opened; the reason is on standard error.
    static func check() throws -> Bool {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        for _ in 0..<count {
            let descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else {
                throw Terminal.failure(
                    "cannot query Consul: \(Terminal.systemError()); allow this process more open files (ulimit -n)"
                )
            }
            opened.append(descriptor)
        }
        var limit = rlimit()
        #if canImport(Glibc)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
        getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        // The system gives the lowest free numbers, so nearly all above these are free.
        return limit.rlim_cur >= rlim_t(opened.reduce(0, max)) + rlim_t(ample)
    }

    /// Makes Dispatch open its descriptors, which takes a quarter of the time of a lookup.
    static func open() async throws {
        // A sleep that has ended when Dispatch handles it needs no timer. The long sleep stays pending. Two short ones
        // queue behind it: when the second has ended, Dispatch has set its timers.
        Task { try? await Task.sleep(for: .seconds(3600)) }
        for _ in 0..<2 { try await Task.sleep(for: .microseconds(1)) }
        // The main thread opens its descriptor when it begins to wait, which has happened when it runs code again.
        await MainActor.run {}
    }
}
