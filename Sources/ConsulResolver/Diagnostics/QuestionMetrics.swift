// SPDX-License-Identifier: Apache-2.0

import CoreMetrics

/// The metrics about questions. Made once: to make one is a look-up in whatever is behind the factory.
///
/// They are never destroyed. Two resolvers have the same ones, and a backend that is told that one is gone would forget
/// the other's numbers.
struct QuestionMetrics: Sendable {
    let toTCP: Counter
    let toHTTP: Counter
    let hedgesSent: Counter
    let hedgesWon: Counter
    private let endpoints: Timer
    private let empty: Timer
    private let unknown: Timer
    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) {
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

    /// How many questions that went one way had one outcome.
    func queries(_ way: Resolution.Source, _ outcome: QueryOutcome) -> Counter { queries("\(way)", outcome) }

    /// How many requests of watches had one outcome.
    func watchRequests(_ outcome: QueryOutcome) -> Counter { queries("http-watch", outcome) }

    private func queries(_ way: String, _ outcome: QueryOutcome) -> Counter {
        Counter(
            label: Self.label("queries"),
            dimensions: [("way", way), ("outcome", "\(outcome)")],
            factory: factory
        )
    }

    /// How long questions took that ended like this.
    func duration(of outcome: Resolution.Outcome) -> Timer {
        switch outcome {
        case .endpoints: endpoints
        case .empty: empty
        case .unknown: unknown
        }
    }

    private static func label(_ name: String) -> String { "consul.resolver.\(name)" }
}
