// SPDX-License-Identifier: Apache-2.0

/// The health of an endpoint at one moment, as its requests have shown it.
struct EndpointStanding {
    let ejection: Ejection.State
    /// The moment of the last failure.
    let lastFailure: Moment?

    init(_ state: EndpointRecord.State) {
        ejection = state.ejection?.state ?? .closed
        lastFailure = state.lastFailure
    }

    /// The end of the ejection; `nil` if the endpoint is not ejected, or on probation.
    var ejectedUntil: Moment? {
        if case .ejected(let until) = ejection { until } else { nil }
    }
}
