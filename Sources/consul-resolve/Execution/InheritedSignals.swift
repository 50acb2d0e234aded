// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#elseif canImport(Darwin)
@preconcurrency import Darwin
#endif

/// What this process was started with as to signals, for whoever takes its place.
///
/// A program that is executed inherits which signals the calling thread blocks, and which ones the process ignores. Here
/// that would be Dispatch's worker threads, which block nearly all (Ctrl-C would do nothing), and NIO, which ignores
/// SIGPIPE (`yes | head` would complain). Handlers are not inherited; there are no others to put back.
struct InheritedSignals: Sendable {
    private var mask = sigset_t()
    private var brokenPipe = sigaction()

    /// As it was when this was looked at for the first time: ``ConsulResolve/main()`` does so before there are other threads.
    static let atStart = InheritedSignals()

    private init() {
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        sigaction(SIGPIPE, nil, &brokenPipe)
    }

    /// Makes it so again, for the calling thread and what it executes.
    func restore() {
        var (mask, brokenPipe) = (mask, brokenPipe)
        sigaction(SIGPIPE, &brokenPipe, nil)
        pthread_sigmask(SIG_SETMASK, &mask, nil)
    }
}
