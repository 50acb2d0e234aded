// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

@testable import ResolutionModel

extension Resolution {
    /// `address:port` of every endpoint, sorted, because Consul shuffles them.
    var authorities: [String] { endpoints.map(\.authority).sorted() }

    /// The failed attempts, if the outcome is unknown.
    var failure: ResolutionFailure? {
        if case .unknown(let failure) = outcome { failure } else { nil }
    }

    /// The code of each failed attempt, in order, if the outcome is unknown.
    var failureCodes: [ResolutionFailure.Code] { failure?.attempts.map(\.code) ?? [] }

    /// True if Consul's answer is that there are no instances.
    var isEmpty: Bool {
        if case .empty = outcome { true } else { false }
    }

    /// The reason for an empty answer; `nil` if the answer is not empty or has no reason.
    var emptyReason: EmptyReason? {
        if case .empty(let reason) = outcome { reason } else { nil }
    }
}
