// SPDX-License-Identifier: Apache-2.0

/// Where a nameserver stands among others: the less, the earlier it is asked. Among equals the configured order counts.
enum NameserverStanding: Comparable, Sendable {
    /// As good as the best, as far as can be told.
    case good
    /// It answers, but takes much longer than another.
    case slow(Duration)
    /// It may be dead; the more failures, the more probably.
    case doubtful(Duration)

    var isDoubtful: Bool { if case .doubtful = self { true } else { false } }
}
