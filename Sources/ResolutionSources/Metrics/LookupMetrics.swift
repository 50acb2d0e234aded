// SPDX-License-Identifier: Apache-2.0

package import CoreMetrics
package import ResolutionModel

/// The metrics of queries. They are created once, because creating a metric is a lookup in the factory's backend.
///
/// They are never destroyed. Two resolvers share the same metrics, and a backend that is told to destroy one would drop
/// the numbers of the other resolver.
package struct LookupMetrics: Sendable {
    let toTCP: Counter
    let toHTTP: Counter
    package let hedgesSent: Counter
    package let hedgesWon: Counter
    private let endpoints: Timer
    private let empty: Timer
    private let unknown: Timer
    private let factory: any MetricsFactory

    package init(_ factory: any MetricsFactory) {
        self.factory = factory
        toTCP = Counter(label: Self.label("escalations"), dimensions: [("to", "dns-tcp")], factory: factory)
        toHTTP = Counter(label: Self.label("escalations"), dimensions: [("to", "http")], factory: factory)
        hedgesSent = Counter(label: Self.label("hedges.sent"), factory: factory)
        hedgesWon = Counter(label: Self.label("hedges.won"), factory: factory)
        func duration(_ outcome: String) -> Timer {
            Timer(label: Self.label("question.duration"), dimensions: [("outcome", outcome)], factory: factory)
        }
        (endpoints, empty, unknown) = (duration("endpoints"), duration("empty"), duration("unknown"))
    }

    /// Returns the counter of queries over a source with an outcome.
    package func queries(_ source: Resolution.Source, _ outcome: QueryOutcome) -> Counter {
        queries("\(source)", outcome)
    }

    /// Returns the counter of watch requests with an outcome.
    func watchRequests(_ outcome: QueryOutcome) -> Counter { queries("http-watch", outcome) }

    private func queries(_ source: String, _ outcome: QueryOutcome) -> Counter {
        Counter(
            label: Self.label("queries"),
            dimensions: [("way", source), ("outcome", "\(outcome)")],
            factory: factory
        )
    }

    /// Returns the timer of resolutions with this kind of outcome.
    package func duration(of outcome: Resolution.Outcome) -> Timer {
        switch outcome {
        case .endpoints: endpoints
        case .empty: empty
        case .unknown: unknown
        }
    }

    private static func label(_ name: String) -> String { "consul.resolver.\(name)" }
}
