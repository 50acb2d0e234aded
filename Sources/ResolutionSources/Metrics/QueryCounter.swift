// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import ResolutionModel
import Synchronization

/// The counts of queries over one source by outcome, for diagnostics and metrics.
///
/// It has no lock: many threads count at once, and the numbers need not be from the same instant.
final class QueryCounter: Sendable {
    private let answered = Atomic<Int>(0)
    private let timedOut = Atomic<Int>(0)
    private let connectionFailed = Atomic<Int>(0)
    private let serverFailure = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    private let malformed = Atomic<Int>(0)
    private let other = Atomic<Int>(0)
    private let metrics: [Counter]

    /// - Parameter makeMetric: Returns the metric that counts an outcome.
    init(_ makeMetric: (QueryOutcome) -> Counter) {
        metrics = QueryOutcome.allCases.map(makeMetric)
    }

    func count(_ outcome: QueryOutcome) {
        switch outcome {
        case .answered: answered.wrappingAdd(1, ordering: .relaxed)
        case .timedOut: timedOut.wrappingAdd(1, ordering: .relaxed)
        case .connectionFailed: connectionFailed.wrappingAdd(1, ordering: .relaxed)
        case .serverFailure: serverFailure.wrappingAdd(1, ordering: .relaxed)
        case .refused: refused.wrappingAdd(1, ordering: .relaxed)
        case .malformed: malformed.wrappingAdd(1, ordering: .relaxed)
        case .other: other.wrappingAdd(1, ordering: .relaxed)
        }
        metrics[outcome.rawValue].increment()
    }

    var current: ResolverDiagnostics.Queries {
        ResolverDiagnostics.Queries(
            answered: answered.load(ordering: .relaxed),
            timedOut: timedOut.load(ordering: .relaxed),
            connectionFailed: connectionFailed.load(ordering: .relaxed),
            serverFailure: serverFailure.load(ordering: .relaxed),
            refused: refused.load(ordering: .relaxed),
            malformed: malformed.load(ordering: .relaxed),
            other: other.load(ordering: .relaxed)
        )
    }
}
