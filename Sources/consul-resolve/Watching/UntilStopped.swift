// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs what has no end of its own until somebody ends it.
enum UntilStopped {
    /// How long the process may go on after it was stopped: for the end of a line, and to close its connections.
    private static let grace = Duration.seconds(1)

    /// Runs an operation until it is done, the process is told to end, or nobody reads its output any more.
    ///
    /// A process that was stopped ends with 0 within ``grace``, whatever the caller still does and whatever it waits for: an
    /// operation that writes to a full pipe cannot be cancelled.
    ///
    /// - Returns: What the operation returned; `nil` if it was stopped.
    /// - Throws: What the operation throws; ``ExitStatus/unknown`` when there are no descriptors to notice signals with.
    static func run<Output: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Output
    ) async throws -> Output? {
        // Otherwise the first write to a pipe that nobody reads would kill the process.
        signal(SIGPIPE, SIG_IGN)
        let (ends, continuation) = AsyncStream.makeStream(of: Result<Output?, any Error>.self)
        let signals = try StopSignals()
        // A thread of its own: a thread of the pool that tasks share may not be free as long as the output is blocked.
        DispatchQueue(label: "consul-resolve.stop").async {
            signals.waitUntilStopped()
            continuation.yield(.success(nil))
            signals.wait(for: grace)
            _exit(ExitStatus.success.rawValue)
        }
        let work = Task {
            do {
                continuation.yield(.success(try await operation()))
            } catch let status as ExitCode where status == ExitStatus.outputFailed && Terminal.isAbandoned {
                continuation.yield(.success(nil))
            } catch {
                continuation.yield(.failure(error))
            }
        }
        var iterator = ends.makeAsyncIterator()
        let end = await iterator.next()
        work.cancel()
        return try end?.get() ?? nil
    }
}
