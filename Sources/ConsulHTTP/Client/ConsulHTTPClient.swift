// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
public import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import ResolverSupport
public import ServiceLifecycle

/// A client of one Consul agent's HTTP API.
///
/// The client opens connections on demand, keeps and shares them. Its methods may be called from any task or thread.
/// Use one client for each agent; ``shutdown()`` closes it, and deinitialization closes it too. In a `ServiceGroup`, it
/// runs until graceful shutdown (``run()``).
public final class ConsulHTTPClient: Sendable {
    /// The address of the agent, and the settings of a client.
    public typealias Configuration = ConsulHTTPConfiguration

    /// The address of the agent, and the settings of the client.
    public let configuration: Configuration

    let pools: ConnectionPools
    let plan: ConnectionPlan
    let watches: WatchHub
    package let logger: Logger?
    /// State that decides when the log reports that reads fail or succeed again.
    let outage = NIOLockedValueBox(Outage())
    /// Called after each request of a watch with its error. It is called on any thread, without a lock held.
    let onWatchRequest: (@Sendable (ConsulHTTPError?) -> Void)?
    /// The tracer of the requests, if there is one.
    package let tracing: RequestTracing
    /// Sequences of this end when a shutdown has ended.
    private let ending = StateBroadcast(false)

    /// Creates a client. It opens no connection before the first request.
    ///
    /// - Parameters:
    ///   - configuration: The address of the agent, and the settings of the client.
    ///   - logger: Logs at `debug` when reads and watches begin to fail and when they succeed again. Default `nil`.
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/tls`` if TLS is configured and a file does not hold
    ///   the expected certificate or key, with ``ConsulHTTPError/Code/outOfResources`` if the system has no descriptors
    ///   left for event loops.
    public convenience init(configuration: Configuration = Configuration(), logger: Logger? = nil)
        throws(ConsulHTTPError)
    {
        try EventLoops.start()
        try self.init(unstarted: configuration, logger: logger)
    }

    /// Creates a client without starting the event loops. The first request starts them, and fails without descriptors
    /// for them.
    ///
    /// - Parameters:
    ///   - onWatchRequest: Called after each request of a watch with its error.
    ///   - tracing: The tracer of the requests; by default that of `InstrumentationSystem`, with the trait `Tracing`.
    package init(
        unstarted configuration: Configuration,
        logger: Logger? = nil,
        onWatchRequest: (@Sendable (ConsulHTTPError?) -> Void)? = nil,
        tracing: RequestTracing = RequestTracing()
    ) throws(ConsulHTTPError) {
        self.tracing = tracing
        self.configuration = configuration
        self.logger = logger
        self.onWatchRequest = onWatchRequest
        plan = try ConnectionPlan(configuration)
        pools = ConnectionPools(plan)
        watches =
            if let logger {
                WatchHub(maximumLongPolls: plan.limit(of: .longPoll), logger: logger)
            } else {
                WatchHub(maximumLongPolls: plan.limit(of: .longPoll))
            }
    }

    deinit {
        pools.close()
    }

    /// Fails all requests in flight with ``ConsulHTTPError/Code/closed`` and closes the connections. Returns when that
    /// is done, or after five seconds: work that a server, a file or a closure still delays is abandoned. Repeated
    /// calls are harmless.
    public func shutdown() async {
        _ = await BoundedTask.wait(atMost: .seconds(5)) { [watches, pools] in
            // Watches end first, so that their iterators see an end and not a failure.
            await watches.shutdown()
            await pools.close().value
        }
        pools.close()
        ending.finish()
    }
}

extension ConsulHTTPClient: Service {
    /// Waits for graceful shutdown, and then closes the client; see ``shutdown()``.
    ///
    /// A `ServiceGroup` stops its services in reverse order: list the client before the services that use it, such as
    /// registrars and elections. A client needs no ``run()`` to send requests. The method may be called several times;
    /// each call returns after the shutdown, also if another task began it.
    ///
    /// - Throws: `CancellationError` after the shutdown, if the task was canceled.
    public func run() async throws {
        await ending.waitForEnd()
        await shutdown()
        try Task.checkCancellation()
    }
}
