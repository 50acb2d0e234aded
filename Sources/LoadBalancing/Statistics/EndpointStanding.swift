// SPDX-License-Identifier: Apache-2.0

/// What requests have shown of an endpoint, at one moment.
struct EndpointStanding {
    let ejection: Ejection.State
    /// When something failed there last.
    let lastFailure: Moment?

    init(_ state: EndpointRecord.State) {
        ejection = state.ejection?.state ?? .closed
        lastFailure = state.lastFailure
    }

    /// Until when nothing is sent there; `nil` if it is not ejected, or on probation.
    var ejectedUntil: Moment? {
        if case .ejected(let until) = ejection { until } else { nil }
    }
}
