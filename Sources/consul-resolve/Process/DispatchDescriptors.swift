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

    /// Checks that the descriptors can be opened. Must be called before a task waits.
    ///
    /// - Throws: ``ExitStatus/unknown`` when they cannot; the reason is on standard error.
    static func check() throws {
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
    }

    /// Makes Dispatch open its descriptors.
    static func open() async throws {
        // A sleep that has ended when Dispatch handles it needs no timer. The long sleep stays pending. Two short ones
        // queue behind it: when the second has ended, Dispatch has set its timers.
        Task { try? await Task.sleep(for: .seconds(3600)) }
        for _ in 0..<2 { try await Task.sleep(for: .microseconds(1)) }
        // The main thread opens its descriptor when it begins to wait, which has happened when it runs code again.
        await MainActor.run {}
    }
}
