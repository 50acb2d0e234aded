// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Dispatch
import ResolverSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs operations that have no end of their own until the user or the reader of their output ends them.
enum UntilStopped {
    /// The time that the process has to finish after a stop: to complete a line, and to close its connections.
    private static let grace = Duration.seconds(1)

    /// Runs an operation until it is done, a signal stops the process, or its output has no reader.
    ///
    /// A stopped process ends with status 0 within ``grace``, whatever the caller does or waits for: an operation that
    /// writes to a full pipe cannot be canceled.
    ///
    /// - Returns: The result of the operation; `nil` if it was stopped.
    /// - Throws: The error of the operation; ``ExitStatus/unknown`` when there are no descriptors for detecting
    ///   signals.
    static func run<Output: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Output
    ) async throws -> Output? {
        // Otherwise the first write to a pipe without a reader would kill the process.
        signal(SIGPIPE, SIG_IGN)
        let (ends, continuation) = AsyncStream.makeStream(of: Result<Output?, any Error>.self)
        let signals = try StopSignals()
        // A thread of its own: while the output is blocked, the shared thread pool may have no free thread.
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

extension BoundedTask<Void> {
    /// Waits for cleanup work at the end of a command until it is done, for two seconds at most. Work that is not done
    /// then goes on in the background, and ends with the process at the latest.
    static func wait(for work: @escaping @Sendable () async -> Void) async {
        _ = await wait(atMost: .seconds(2), for: work)
    }
}
