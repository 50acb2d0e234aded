// SPDX-License-Identifier: Apache-2.0

import ResolutionModel

/// The value of an answer to a caller that can query other targets, the best first.
enum FailoverWorth: Int, Comparable, Sendable {
    /// Endpoints of a current answer.
    case good
    /// Endpoints of an earlier answer, which may be out of date.
    case stale
    /// An unknown outcome. A denial counts as unknown, too: it concerns the token, not the service.
    case unknown
    /// No endpoints. The least, because the outcome of all targets is empty only if that of each is: a target that
    /// could not be queried may have endpoints.
    case empty

    init(_ answer: Resolution) {
        self =
            switch answer.outcome {
            case .endpoints: answer.isStale ? .stale : .good
            case .unknown: .unknown
            case .empty: .empty
            }
    }

    /// The standing of the target that the answer is from.
    var standing: FailoverStateMachine.Standing {
        switch self {
        case .good: .good
        case .stale: .stale
        case .unknown, .empty: .out
        }
    }

    static func < (better: FailoverWorth, worse: FailoverWorth) -> Bool { better.rawValue < worse.rawValue }
}
