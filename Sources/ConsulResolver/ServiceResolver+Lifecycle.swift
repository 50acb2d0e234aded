// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
public import ServiceLifecycle

extension ServiceResolver: Service {
    /// Waits for graceful shutdown, and then shuts the resolver down; see ``shutdown()``.
    ///
    /// ```swift
    /// let resolver = try ServiceResolver()
    /// let group = ServiceGroup(services: [resolver, server], gracefulShutdownSignals: [.sigterm], logger: logger)
    /// try await group.run()
    /// ```
    ///
    /// A `ServiceGroup` stops its services in reverse order: list the resolver before the services that use it, so that
    /// they resolve until they have ended. A resolver needs no ``run()`` to resolve. The method may be called several
    /// times; each call returns after the shutdown, also if another task began it.
    ///
    /// - Throws: `CancellationError` after the shutdown, if the task was canceled.
    public func run() async throws {
        await ending.waitForEnd()
        await shutdown()
        try Task.checkCancellation()
    }
}
