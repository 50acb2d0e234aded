// SPDX-License-Identifier: Apache-2.0

/// Where a nameserver stands among others: the less, the earlier it is asked. Among equals the configured order counts.
enum NameserverStanding: Comparable, Sendable {
    /// As good as the best, as far as can be told.
    case good
    /// It answers, but takes much longer than another.
    case slow(Duration)
    /// It may be dead; the more failures, the more probably.
    case doubtful(Duration)

    /// The order in which to ask servers that stand like this, as indices.
    static func order(of standings: [NameserverStanding]) -> [Int] {
        standings.indices.sorted { (standings[$0], $0) < (standings[$1], $1) }
    }

    var isDoubtful: Bool { if case .doubtful = self { true } else { false } }
}
