// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
package import ConsulHTTP
import CoreMetrics
import DNSWire
import ResolutionModel
import ResolverSupport
import Synchronization

/// The counts of queries over each source, and of escalations from one source to another.
///
/// Callers hold no lock, since a metrics backend is user code.
package final class LookupCounters: Sendable {
    private let udp: QueryCounter
    private let tcp: QueryCounter
    private let http: QueryCounter
    private let watches: QueryCounter
    private let toTCP = Atomic<Int>(0)
    private let toHTTP = Atomic<Int>(0)
    private let metrics: LookupMetrics
    private let servers: ServerMetrics?

    package init(
        _ metrics: LookupMetrics = LookupMetrics(NOOPMetricsHandler.instance),
        servers: ServerMetrics? = nil
    ) {
        self.metrics = metrics
        self.servers = servers
        udp = QueryCounter { metrics.queries(.dnsUDP, $0) }
        tcp = QueryCounter { metrics.queries(.dnsTCP, $0) }
        http = QueryCounter { metrics.queries(.http, $0) }
        watches = QueryCounter { metrics.watchRequests($0) }
    }

    // MARK: Events

    /// Counts a query to a nameserver.
    package func asked(_ server: Nameserver, over transport: DNSTransport, _ outcome: QueryOutcome) {
        switch transport {
        case .udp: udp.count(outcome)
        case .tcp: tcp.count(outcome)
        }
        servers?.count(server, outcome)
    }

    /// Counts a query over the HTTP API.
    func queriedHTTP(_ outcome: QueryOutcome) { http.count(outcome) }

    /// Counts a request of a watch that has ended: a blocking query, or a plain read beside one.
    package func watched(_ error: ConsulHTTPError?) { watches.count(error.map { QueryOutcome($0) } ?? .answered) }

    /// Counts an answer over TCP to a query that a datagram had not answered conclusively.
    func escalatedToTCP() {
        toTCP.wrappingAdd(1, ordering: .relaxed)
        metrics.toTCP.increment()
    }

    /// Counts a query over HTTP that is sent because DNS was not conclusive.
    func escalatedToHTTP() {
        toHTTP.wrappingAdd(1, ordering: .relaxed)
        metrics.toHTTP.increment()
    }

    /// Counts a hedge: a query to a second nameserver beside a late one. The counters of each nameserver have the
    /// number for the diagnostics, so only the metric is counted here.
    func hedged() { metrics.hedgesSent.increment() }

    /// Counts a hedge that was answered first. As in ``hedged()``, only the metric is counted.
    func wonByHedge() { metrics.hedgesWon.increment() }

    /// Records the duration of a resolution over all sources.
    func ended(_ resolution: Resolution) {
        metrics.duration(of: resolution.outcome).recordNanoseconds(resolution.times.elapsed.count)
    }

    // MARK: Diagnostics

    /// Returns the current counts.
    ///
    /// - Parameters:
    ///   - isDNSSilent: True if DNS is silent about every request.
    ///   - isHTTPSilent: True if the HTTP API is.
    func diagnostics(isDNSSilent: Bool, isHTTPSilent: Bool) -> ResolverDiagnostics.Sources {
        ResolverDiagnostics.Sources(
            udp: udp.current,
            tcp: tcp.current,
            http: http.current,
            watches: watches.current,
            escalationsToTCP: toTCP.load(ordering: .relaxed),
            escalationsToHTTP: toHTTP.load(ordering: .relaxed),
            isDNSSilent: isDNSSilent,
            isHTTPSilent: isHTTPSilent
        )
    }
}
