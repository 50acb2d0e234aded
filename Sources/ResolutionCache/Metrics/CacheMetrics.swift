// SPDX-License-Identifier: Apache-2.0

package import CoreMetrics
package import ResolutionModel
import ResolverSupport

/// The metrics of the cache. Like ``LookupMetrics``, they are created once and never destroyed.
package struct CacheMetrics: Sendable {
    package let size: Meter
    package let evictions: Counter
    private let hits: Counter
    private let negative: Counter
    private let stale: Counter
    private let misses: Counter
    private let coalesced: Counter
    private let refreshes: Counter
    private let held: Counter
    private let staleAge: Timer
    private let refreshLag: Timer

    package init(_ factory: any MetricsFactory) {
        func counter(_ name: String) -> Counter { Counter(label: "consul.resolver.cache.\(name)", factory: factory) }
        size = Meter(label: "consul.resolver.cache.size", factory: factory)
        evictions = counter("evictions")
        hits = counter("hits")
        negative = counter("negative")
        stale = counter("stale")
        misses = counter("misses")
        coalesced = counter("coalesced")
        refreshes = counter("refreshes")
        held = counter("held")
        staleAge = Timer(label: "consul.resolver.cache.stale.age", factory: factory)
        refreshLag = Timer(label: "consul.resolver.cache.refresh.lag", factory: factory)
    }

    /// Reports the counts since the last report.
    package func report(_ news: CacheTally) {
        for (counter, count) in [
            (hits, news.hits), (negative, news.negative), (stale, news.stale), (misses, news.misses),
            (coalesced, news.coalesced), (refreshes, news.refreshes), (held, news.held),
        ] where count > 0 {
            counter.increment(by: count)
        }
        if news.stale > 0 { staleAge.recordNanoseconds(Nanoseconds(news.staleAge).count) }
        if news.refreshLag > .zero { refreshLag.recordNanoseconds(Nanoseconds(news.refreshLag).count) }
    }
}
