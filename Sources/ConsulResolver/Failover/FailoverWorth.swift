// SPDX-License-Identifier: Apache-2.0

/// What an answer is worth to somebody who can ask elsewhere, the best first.
enum FailoverWorth: Int, Comparable, Sendable {
    /// Endpoints, from somebody who knows.
    case good
    /// Endpoints of which nobody knows whether they still are.
    case stale
    /// Nothing is known. A denial is that, too: it says something about the token and nothing about the service.
    case unknown
    /// There are none. The least, because it is only the outcome of all if it is that of each: there may be endpoints at
    /// a place that could not be asked.
    case empty

    init(_ answer: Resolution) {
        self =
            switch answer.outcome {
            case .endpoints: answer.isStale ? .stale : .good
            case .unknown: .unknown
            case .empty: .empty
            }
    }

    /// What it says about the place that it is from.
    var standing: FailoverState.Standing {
        switch self {
        case .good: .good
        case .stale: .stale
        case .unknown, .empty: .out
        }
    }

    static func < (better: FailoverWorth, worse: FailoverWorth) -> Bool { better.rawValue < worse.rawValue }
}
