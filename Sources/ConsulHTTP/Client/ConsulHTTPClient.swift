// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
public import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// Asks one Consul agent over its HTTP API.
///
/// Connections are made when something is asked, kept, and shared. Its methods may be called from anywhere. Keep one
/// client for an agent; ``shutdown()`` closes it, and one that is let go closes itself.
public final class ConsulHTTPClient: Sendable {
    /// Whom it asks, and how.
    public let configuration: Configuration

    let pools: ConnectionPools
    let plan: ConnectionPlan
    let watches: WatchHub
    let logger: Logger?
    /// Whether reads fail at the moment, for the log.
    let outage = NIOLockedValueBox(Outage())
    /// Hears of each request of the watches when it has ended, and of its error. It is called on any thread, with no lock held.
    let onWatchRequest: (@Sendable (ConsulHTTPError?) -> Void)?

    /// Makes a client. Nothing is sent until something is asked.
    ///
    /// - Parameters:
    ///   - configuration: Whom to ask, and how.
    ///   - logger: Hears, on the level `debug`, when reads and watches begin to fail and when they succeed again. Default
    ///     `nil`.
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/tls`` if TLS is asked for and a certificate or a key is
    ///   not in its file, with ``ConsulHTTPError/Code/outOfResources`` if the system has no descriptors left for event loops.
    public convenience init(configuration: Configuration = Configuration(), logger: Logger? = nil)
        throws(ConsulHTTPError)
    {
        try EventLoops.start()
        try self.init(unstarted: configuration, logger: logger)
    }

    /// A client that may never be asked anything. Call ``EventLoops/start()`` before it is.
    ///
    /// - Parameter onWatchRequest: Hears of each request of the watches that has ended, and of its error.
    package init(
        unstarted configuration: Configuration,
        logger: Logger? = nil,
        onWatchRequest: (@Sendable (ConsulHTTPError?) -> Void)? = nil
    ) throws(ConsulHTTPError) {
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

    /// Fails everything that is being asked with ``ConsulHTTPError/Code/closed`` and closes the connections. Returns
    /// when that is done, or after five seconds: what a server, a file or a closure still keeps then is left behind. Calling
    /// it again is harmless.
    public func shutdown() async {
        let ending = Task { [watches, pools] in
            // First, so that who watches sees an end and no failure.
            await watches.shutdown()
            await pools.close().value
        }
        // In a task of its own: the end of a client is waited for also in a task that is cancelled.
        await Task {
            try? await Errand<Void>().run(until: Deadline(in: .seconds(5))) { _ in await ending.value }
        }.value
        pools.close()
    }
}
