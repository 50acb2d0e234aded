// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import NIOConcurrencyHelpers
package import ResolutionModel
import Synchronization

/// The counts of cache events, as far as the entries have reported them.
///
/// Each entry has counts of its own, so that a hit costs nothing here, and adds them to this sum when a fetch of the
/// entry has ended. The caller holds no lock.
package final class CacheCounters: Sendable {
    private let sum = NIOLockedValueBox(CacheTally())
    private let evicted = Atomic<Int>(0)
    private let metrics: CacheMetrics

    package init(_ metrics: CacheMetrics = CacheMetrics(NOOPMetricsHandler.instance)) {
        self.metrics = metrics
    }

    /// The counts that entries have reported.
    package var tally: CacheTally { sum.withLockedValue { $0 } }

    package var evictions: Int { evicted.load(ordering: .relaxed) }

    /// Adds what an entry has counted since its last report.
    package func add(_ news: CacheTally) {
        sum.withLockedValue { $0.add(news) }
        metrics.report(news)
    }

    /// Counts an evicted entry.
    func countEviction() {
        evicted.wrappingAdd(1, ordering: .relaxed)
        metrics.evictions.increment()
    }

    /// Reports the current number of entries.
    package func report(size: Int) { metrics.size.set(size) }
}
