// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import NIOConcurrencyHelpers
import Synchronization

/// What has happened in the cache, as far as its entries have told.
///
/// An entry counts for itself, since that costs a hit nothing, and hands its numbers over when a question about it has
/// ended. It is told with no lock held.
final class CacheCounters: Sendable {
    private let sum = NIOLockedValueBox(CacheTally())
    private let evicted = Atomic<Int>(0)
    private let metrics: CacheMetrics

    init(_ metrics: CacheMetrics = CacheMetrics(NOOPMetricsHandler.instance)) {
        self.metrics = metrics
    }

    /// What has been handed over.
    var tally: CacheTally { sum.withLockedValue { $0 } }

    var evictions: Int { evicted.load(ordering: .relaxed) }

    /// Takes what an entry has counted since it last did this.
    func add(_ news: CacheTally) {
        sum.withLockedValue { $0.add(news) }
        metrics.report(news)
    }

    /// An entry was given up.
    func countEviction() {
        evicted.wrappingAdd(1, ordering: .relaxed)
        metrics.evictions.increment()
    }

    /// The cache has this many entries now.
    func report(size: Int) { metrics.size.set(size) }
}
