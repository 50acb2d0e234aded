// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOConcurrencyHelpers
import NIOPosix

/// The connections of one client: one pool for requests that are answered at once, one for blocking queries and one for
/// hedges. Each pool is created for the first request that needs it.
///
/// The pools run on the event loops that AsyncHTTPClient shares in the process, which start with the first pool at the
/// latest.
final class ConnectionPools: Sendable {
    /// The use of a connection.
    enum Kind: Hashable, Sendable {
        /// Requests that are answered at once.
        case control
        /// Blocking queries.
        case longPoll
        /// Hedges, each on a connection of its own.
        case fresh
    }

    private enum State {
        case open([Kind: HTTPClient])
        case closed(Task<Void, Never>)
    }

    /// Permits to use a connection for ``Kind/control`` or ``Kind/fresh``, by lanes. ``WatchHub`` manages the permits of
    /// blocking queries.
    let control: Permits

    private let plan: ConnectionPlan
    private let state = NIOLockedValueBox(State.open([:]))

    init(_ plan: ConnectionPlan) {
        self.plan = plan
        control = Permits(plan.controlLimits)
    }

    /// Returns the connection pool of a kind, creating it if necessary.
    ///
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/outOfResources`` if there are no descriptors for event
    ///   loops, with ``ConsulHTTPError/Code/closed`` after ``close()``.
    func client(_ kind: Kind) throws(ConsulHTTPError) -> HTTPClient {
        try EventLoops.start()
        let client: HTTPClient? = state.withLockedValue { state in
            guard case .open(var clients) = state else { return nil }
            if let client = clients[kind] { return client }
            let client = HTTPClient(
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                configuration: plan.pool(kind)
            )
            clients[kind] = client
            state = .open(clients)
            return client
        }
        guard let client else { throw .clientClosed }
        return client
    }

    /// Cancels all requests and closes all connections. The returned task ends when that is done.
    @discardableResult
    func close() -> Task<Void, Never> {
        let closing = state.withLockedValue { state in
            switch state {
            case .closed(let closing): return closing
            case .open(let clients):
                let closing = Task {
                    // `shutdown()` fails only if the client has been shut down already.
                    for client in clients.values { try? await client.shutdown() }
                }
                state = .closed(closing)
                return closing
            }
        }
        control.close()
        return closing
    }
}
