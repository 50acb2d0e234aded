// SPDX-License-Identifier: Apache-2.0

/// The rank of a nameserver among others. Servers of lower rank are queried earlier; equal ones in the configured
/// order.
enum SelectionRank: Comparable, Sendable {
    /// About as fast as the best, or without history.
    case good
    /// It responds, but takes much longer than the best.
    case slow(Duration)
    /// It may be dead. The duration is its penalty, which grows with the number of failures.
    case doubtful(Duration)

    /// Returns the order in which to query servers of these ranks, as indices.
    static func order(of standings: [SelectionRank]) -> [Int] {
        standings.indices.sorted { (standings[$0], $0) < (standings[$1], $1) }
    }

    var isDoubtful: Bool { if case .doubtful = self { true } else { false } }
}
