// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import CoreMetrics
import DNSWire
import Synchronization

/// Counts what the resolver asks: each way, and where one way led to another.
///
/// It is told by whoever asks, with no lock held: what is behind a metric is somebody else's code.
final class QuestionCounters: Sendable {
    private let udp: QueryCounter
    private let tcp: QueryCounter
    private let http: QueryCounter
    private let watches: QueryCounter
    private let toTCP = Atomic<Int>(0)
    private let toHTTP = Atomic<Int>(0)
    private let metrics: QuestionMetrics
    private let servers: ServerMetrics?

    init(_ metrics: QuestionMetrics = QuestionMetrics(NOOPMetricsHandler.instance), servers: ServerMetrics? = nil) {
        self.metrics = metrics
        self.servers = servers
        udp = QueryCounter { metrics.queries(.dnsUDP, $0) }
        tcp = QueryCounter { metrics.queries(.dnsTCP, $0) }
        http = QueryCounter { metrics.queries(.http, $0) }
        watches = QueryCounter { metrics.watchRequests($0) }
    }

    // MARK: What happens

    /// A nameserver was asked.
    func asked(_ server: Nameserver, over transport: DNSTransport, _ outcome: QueryOutcome) {
        switch transport {
        case .udp: udp.count(outcome)
        case .tcp: tcp.count(outcome)
        }
        servers?.count(server, outcome)
    }

    /// The HTTP API was asked.
    func askedHTTP(_ outcome: QueryOutcome) { http.count(outcome) }

    /// A request of a watch has ended: a blocking query, or a plain read beside one.
    func watched(_ error: ConsulHTTPError?) { watches.count(error.map { QueryOutcome($0) } ?? .answered) }

    /// TCP has answered, because a datagram had not, or not for certain.
    func escalatedToTCP() {
        toTCP.wrappingAdd(1, ordering: .relaxed)
        metrics.toTCP.increment()
    }

    /// HTTP is asked, because DNS has left something open.
    func escalatedToHTTP() {
        toHTTP.wrappingAdd(1, ordering: .relaxed)
        metrics.toHTTP.increment()
    }

    /// A second nameserver is asked beside one that is late. How often is known of each server, so only the metric is
    /// counted here.
    func hedged() { metrics.hedgesSent.increment() }

    /// It has answered first.
    func wonByHedge() { metrics.hedgesWon.increment() }

    /// One question is answered, whatever ways that took.
    func ended(_ resolution: Resolution, after elapsed: Duration) {
        metrics.duration(of: resolution.outcome).recordNanoseconds(Nanoseconds(elapsed).count)
    }

    // MARK: What has happened

    /// - Parameter silent: The ways that are remembered as silent.
    func diagnostics(silent: Set<Way>) -> ServiceResolver.Diagnostics.Ways {
        ServiceResolver.Diagnostics.Ways(
            udp: udp.current,
            tcp: tcp.current,
            http: http.current,
            watches: watches.current,
            escalationsToTCP: toTCP.load(ordering: .relaxed),
            escalationsToHTTP: toHTTP.load(ordering: .relaxed),
            isDNSSilent: silent.contains(.dns),
            isHTTPSilent: silent.contains(.http)
        )
    }
}
