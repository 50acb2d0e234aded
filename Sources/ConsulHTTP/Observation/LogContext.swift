// SPDX-License-Identifier: Apache-2.0

public import Logging

/// The service and the lock that a task works with, for the metadata of its log messages.
///
/// Child tasks inherit it, and so does each `Task { }`.
package struct LogContext: Sendable {
    /// The context of the current task.
    @TaskLocal package static var current = LogContext()

    /// The service that is resolved or used.
    package private(set) var service: String?
    /// The keys of the locks that are held, or the prefix of a semaphore.
    private var lockKeys: [String] = []
    private var fencingToken: UInt64 = 0

    /// Runs a body, and adds the name of a service to its log messages.
    nonisolated(nonsending) package static func withService<Output>(
        _ service: String,
        _ body: nonisolated(nonsending) () async throws -> Output
    ) async throws -> Output {
        var context = current
        context.service = service
        return try await $current.withValue(context) { try await body() }
    }

    /// Runs a body whose log messages name the locks that it holds. Those of the innermost body count.
    ///
    /// - Parameter fencingToken: The fencing token, which locks have in common that one transaction has acquired.
    package static func withLock<Output: Sendable>(
        _ keys: [String],
        fencingToken: UInt64,
        _ body: @Sendable () async throws -> Output
    ) async throws -> Output {
        var context = current
        (context.lockKeys, context.fencingToken) = (keys, fencingToken)
        return try await $current.withValue(context) { try await body() }
    }

    /// The metadata of a log message.
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = [:]
        if let service { metadata["consul.service"] = "\(service)" }
        if let key = lockKeys.first {
            metadata["consul.lock.key"] = lockKeys.count == 1 ? "\(key)" : .array(lockKeys.map { "\($0)" })
            metadata["consul.lock.token"] = "\(fencingToken)"
        }
        return metadata
    }
}

extension Logger.MetadataProvider {
    /// A metadata provider that adds to each log message what its task works with:
    ///
    /// - `consul.service`: the service, during a lookup that is not answered by the cache, and inside the bodies of
    ///   `ConsulService.withEndpoint`, `withLease` and `withHedgedEndpoint`. A resolver provides it only if its own logger
    ///   has a metadata provider, or if `LoggingSystem` was bootstrapped with one before the resolver was created: other
    ///   programs do not pay for it.
    /// - `consul.lock.key` and `consul.lock.token`: the key and the fencing token of the lock, inside the bodies of
    ///   `withLock`, `withLocks` (an array of keys), `withSemaphore` (its prefix) and `LeaderElection`, where the token is
    ///   the number of the term. The lock of the innermost body counts.
    ///
    /// ```swift
    /// LoggingSystem.bootstrap(StreamLogHandler.standardError, metadataProvider: .multiplex([.consul, tracing]))
    /// ```
    ///
    /// Tasks that are created inside such a body have the same metadata, even if they last longer.
    public static let consul = Logger.MetadataProvider { LogContext.current.metadata }
}
