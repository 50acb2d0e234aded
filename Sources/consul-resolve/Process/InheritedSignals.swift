// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#elseif canImport(Darwin)
@preconcurrency import Darwin
#endif

/// The signal settings that this process was started with, restored for a program that replaces it.
///
/// A program inherits the signal mask of the thread that executes it, and the signals that the process ignores. Here
/// these would come from Dispatch's worker threads, which block nearly all signals (Ctrl-C would have no effect), and
/// from NIO, which ignores SIGPIPE (`yes | head` would report an error). Handlers are not inherited, and the process
/// ignores no other signal.
struct InheritedSignals: Sendable {
    private var mask = sigset_t()
    private var brokenPipe = sigaction()

    /// The settings at the first access, made before other threads exist.
    static let atStart = InheritedSignals()

    private init() {
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        sigaction(SIGPIPE, nil, &brokenPipe)
    }

    /// Restores the settings for the calling thread and for the program that it executes.
    func restore() {
        var (mask, brokenPipe) = (mask, brokenPipe)
        sigaction(SIGPIPE, &brokenPipe, nil)
        pthread_sigmask(SIG_SETMASK, &mask, nil)
    }
}
