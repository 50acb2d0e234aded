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
/// Dispatch stops the process when it cannot open them, or never wakes a task that sleeps. So a process that may open too few
/// files ends before there are tasks, and the others have all of them opened at the start, before sockets can use them up.
enum DispatchDescriptors {
    /// On Linux: an epoll instance, an eventfd, another one for the main queue, a timer for each of two clocks.
    private static let count = 5

    /// Looks whether they can be opened. To be called before anything waits.
    ///
    /// - Throws: ``ExitStatus/unknown`` when they cannot; the reason is on standard error.
    static func check() throws {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        for _ in 0..<count {
            let descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else {
                let reason = String(cString: strerror(errno)).lowercased()
                Terminal.say("cannot ask anything: \(reason); allow this process more open files (ulimit -n)")
                throw ExitStatus.unknown
            }
            opened.append(descriptor)
        }
    }

    /// Has Dispatch open them.
    static func open() async throws {
        // A time that is over when Dispatch gets to it needs no timer. One that is not is left pending, and by the end of the
        // second of two others, which come behind it, Dispatch has set its timers.
        Task { try? await Task.sleep(for: .seconds(3600)) }
        for _ in 0..<2 { try await Task.sleep(for: .microseconds(1)) }
        // The main thread opens its own when it begins to wait, which it has done when it runs something again.
        await MainActor.run {}
    }
}
