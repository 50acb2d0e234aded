// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import NIOConcurrencyHelpers
import ResolutionModel

/// The counts of queries over one source by outcome, for diagnostics and metrics.
final class QueryCounter: Sendable {
    private let counts = NIOLockedValueBox(ResolverDiagnostics.Queries())
    private let metrics: [Counter]

    /// - Parameter makeMetric: Returns the metric that counts an outcome.
    init(_ makeMetric: (QueryOutcome) -> Counter) {
        metrics = QueryOutcome.allCases.map(makeMetric)
    }

    func count(_ outcome: QueryOutcome) {
        counts.withLockedValue { $0.count(outcome) }
        // Outside of the lock: a metrics backend is user code.
        metrics[outcome.rawValue].increment()
    }

    var current: ResolverDiagnostics.Queries { counts.withLockedValue { $0 } }
}
