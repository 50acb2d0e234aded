// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

extension Resolution {
    /// `address:port` of every endpoint, sorted: Consul shuffles them.
    var authorities: [String] { endpoints.map(\.authority).sorted() }

    /// What was tried in vain, if nothing is known.
    var failure: ResolutionFailure? {
        if case .unknown(let failure) = outcome { failure } else { nil }
    }

    /// What went wrong at each attempt, in order, if nothing is known.
    var failureCodes: [ResolutionFailure.Code] { failure?.attempts.map(\.code) ?? [] }

    /// Whether Consul has said that there is nothing.
    var isEmpty: Bool {
        if case .empty = outcome { true } else { false }
    }

    /// Why Consul says that there is nothing; `nil` if it does not say so, or not why.
    var emptyReason: EmptyReason? {
        if case .empty(let reason) = outcome { reason } else { nil }
    }
}
