// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver
import Foundation
import MetricsTestKit
import TestSupport
import Testing

/// The names and labels of all metrics, against the rules of Prometheus and against the table in `docs/operating.md`.
struct MetricNamesTests {
    /// A metric with the names of its labels.
    private struct Series: Hashable, CustomStringConvertible {
        let name: String
        let kind: String
        let labels: Set<String>

        init(_ name: String, _ kind: String, _ labels: some Sequence<String>) {
            (self.name, self.kind, self.labels) = (name, kind, Set(labels))
        }

        /// The name as Prometheus backends write it.
        var exported: String { name.replacing(".", with: "_") }

        /// All names that the exported metric takes up: those of a histogram for a timer, that of OpenMetrics for a
        /// counter.
        var family: [String] {
            switch kind {
            case "counter": [exported, exported + "_total"]
            case "timer": [exported] + ["_bucket", "_sum", "_count"].map { exported + $0 }
            default: [exported]
            }
        }

        var description: String { "\(name) (\(kind)) by \(labels.sorted())" }
    }

    /// Returns the metrics of a run over all features of a resolver: both sources and transports, a hedge, each
    /// nameserver, the cache, a watch, failover.
    private static func run() async throws -> Set<Series> {
        let metrics = TestMetrics()
        try await withScriptedDNSServer(script: { _ in [] }) { silent in
            try await withScriptedDNSServer(script: { OutcomeTable.DNSState.trimmed.steps(for: $0) }) { dns in
                try await withScriptedHTTPServer(script: OutcomeTable.HTTPState.answers.script) { http in
                    try await withResolver(
                        dns: dns.port,
                        http: http.port,
                        metrics: metrics,
                        configure: { configuration in
                            configuration.cache = .init()
                            configuration.dns.nameservers = [silent.port, dns.port].map { .loopback($0) }
                            configuration.dns.reportsEachNameserver = true
                        }
                    ) { resolver in
                        for name in ["web", "web", "api"] { _ = try await resolver.resolve(name) }
                        try await withUpdates(of: resolver.service("web", updating: .watch)) { updates in
                            _ = try await updates.next()
                        }
                        var request = ServiceRequest("web")
                        request.alternatives = [.datacenter("dc2")]
                        _ = try await resolver.resolve(request)
                        _ = resolver.diagnostics()
                    }
                }
            }
        }
        let series =
            metrics.counters.map { Series($0.label, "counter", $0.dimensions.map(\.0)) }
            + metrics.meters.map { Series($0.label, "meter", $0.dimensions.map(\.0)) }
            + metrics.recorders.map { Series($0.label, "recorder", $0.dimensions.map(\.0)) }
            + metrics.timers.map { Series($0.label, "timer", $0.dimensions.map(\.0)) }
        return Set(series)
    }

    /// Returns the metrics that the table of the page lists.
    private static func documented() throws -> Set<Series> {
        let page = URL(filePath: #filePath).appending(path: "../../../../docs/operating.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        let rows = text.matches(
            of: #/\n\| `(?<name>consul\.[a-z.]+)` \| (?<kind>counter|meter|timer) \| (?<labels>[^|]*)\|/#
        )
        return Set(
            rows.map { row in
                let labels = row.labels.matches(of: #/`(?<label>[^`]+)`/#).map { String($0.label) }
                return Series(String(row.name), String(row.kind), labels)
            }
        )
    }

    @Test func `All metrics have names and labels that Prometheus takes, and one set of labels for a name`()
        async throws
    {
        let all = try await Self.run()
        #expect(all.contains(Series("consul.resolver.nameserver.queries", "counter", ["server", "outcome"])))
        for series in all {
            #expect(series.exported.wholeMatch(of: #/[a-zA-Z_:][a-zA-Z0-9_:]*/#) != nil, "\(series)")
            for label in series.labels {
                #expect(label.wholeMatch(of: #/[a-zA-Z_][a-zA-Z0-9_]*/#) != nil && !label.hasPrefix("__"), "\(series)")
                // The first five would have as many values as Consul has; the others belong to Prometheus.
                let refused = ["service", "endpoint", "key", "reason", "session", "le", "quantile", "job", "instance"]
                #expect(!refused.contains(label), "\(series)")
            }
        }
        // A name with another kind or other labels would be a series of its own here.
        let families = all.flatMap(\.family)
        #expect(Set(families).count == families.count, "\(families.sorted())")
    }

    @Test func `The page about operating lists each metric with its kind and its labels, and no other`() async throws {
        let (recorded, documented) = (try await Self.run(), try Self.documented())
        #expect(recorded.subtracting(documented).isEmpty)
        #expect(documented.subtracting(recorded).isEmpty)
    }
}
