// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import CoreMetrics
import NIOConcurrencyHelpers

/// The metrics about each nameserver, for those who want them: a time series for every server and outcome.
///
/// Only for so many of them. Names may lead to other addresses again and again, and a backend never forgets a dimension.
final class ServerMetrics: Sendable {
    private let factory: any MetricsFactory
    private let counters = NIOLockedValueBox<[Key: Counter]>([:])
    private let capacity: Int

    private struct Key: Hashable {
        /// `nil` for all that are too many.
        let server: Nameserver?
        let outcome: QueryOutcome
    }

    /// - Parameter capacity: For how many servers and outcomes there are metrics of their own.
    init(_ factory: any MetricsFactory, capacity: Int = 64) {
        self.factory = factory
        self.capacity = capacity
    }

    func count(_ server: Nameserver, _ outcome: QueryOutcome) {
        counter(Key(server: server, outcome: outcome)).increment()
    }

    private func counter(_ key: Key) -> Counter {
        let (known, isFull) = counters.withLockedValue { ($0[key], $0.count >= capacity) }
        if let known { return known }
        if isFull, key.server != nil { return counter(Key(server: nil, outcome: key.outcome)) }
        // Two threads may make the same one; factories give both the same handler.
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
