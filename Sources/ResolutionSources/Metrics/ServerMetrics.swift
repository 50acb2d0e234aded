// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
package import CoreMetrics
import NIOConcurrencyHelpers

/// The optional metrics of each nameserver: a time series for every server and outcome.
///
/// Their number is bounded, because names may keep changing their addresses, and a backend never drops a dimension.
package final class ServerMetrics: Sendable {
    private let factory: any MetricsFactory
    private let counters = NIOLockedValueBox<[Key: Counter]>([:])
    private let capacity: Int

    private struct Key: Hashable {
        /// The server; `nil` for all servers beyond the capacity.
        let server: Nameserver?
        let outcome: QueryOutcome
    }

    /// - Parameter capacity: The maximum number of pairs of server and outcome with a metric of their own.
    package init(_ factory: any MetricsFactory, capacity: Int = 64) {
        self.factory = factory
        self.capacity = capacity
    }

    package func count(_ server: Nameserver, _ outcome: QueryOutcome) {
        counter(Key(server: server, outcome: outcome)).increment()
    }

    private func counter(_ key: Key) -> Counter {
        let (known, isFull) = counters.withLockedValue { ($0[key], $0.count >= capacity) }
        if let known { return known }
        if isFull, key.server != nil { return counter(Key(server: nil, outcome: key.outcome)) }
        // Two threads may create the same counter; the factory returns the same handler to both.
        let made = Counter(
            label: "consul.resolver.nameserver.queries",
            dimensions: [("server", key.server?.description ?? "others"), ("outcome", "\(key.outcome)")],
            factory: factory
        )
        return counters.withLockedValue { counters in
            let counter = counters[key] ?? made
            counters[key] = counter
            return counter
        }
    }
}
