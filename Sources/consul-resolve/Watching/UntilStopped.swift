// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
@preconcurrency import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs what has no end of its own until somebody ends it.
enum UntilStopped {
    /// How often to look whether anybody still reads. A pipe tells who writes, and whoever follows a service may have
    /// nothing to write for days.
    private static let interval = Duration.milliseconds(250)

    /// Runs an operation until it is done, the process is told to end, or nobody reads its output any more.
    ///
    /// - Returns: What the operation returned; `nil` if it was stopped.
    static func run<Output: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Output
    ) async throws -> Output? {
        // Otherwise the first write to a pipe that nobody reads would kill the process.
        signal(SIGPIPE, SIG_IGN)
        return try await withThrowingTaskGroup(of: Output?.self) { group in
            group.addTask {
                do {
                    return try await operation()
                } catch let status as ExitCode where status == ExitStatus.outputFailed && Terminal.isAbandoned {
                    return nil
                }
            }
            group.addTask {
                await signalled()
                return nil
            }
            group.addTask {
                while !Terminal.isAbandoned, !Task.isCancelled { try? await Task.sleep(for: interval) }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Returns when the process is told to end, or the task is cancelled. Whoever says so twice is not made to wait: the
    /// second signal does what it always does.
    private static func signalled() async {
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
        let sources = [SIGINT, SIGTERM].map { number in
            // The source only watches; without this, the signal would still kill.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
        var iterator = signals.makeAsyncIterator()
        _ = await iterator.next()
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        for source in sources { source.cancel() }
    }
}
