// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The state of one endpoint as its balancer sees it, for people and their tools.
public struct EndpointReport: Sendable {
    /// Eligibility of an endpoint for requests.
    public enum State: Hashable, Sendable {
        /// The endpoint gets requests.
        case eligible
        /// The endpoint gets no requests for the remaining time: too many have failed.
        case ejected(remaining: Duration)
        /// The endpoint gets one request, which shows whether it has recovered.
        case onProbation
        /// The endpoint gets requests only if there is no other endpoint: Consul or a probe says that it is not well.
        case unhealthy
    }

    /// The endpoint.
    public let endpoint: Endpoint

    /// The endpoint's eligibility for requests.
    public let state: State

    /// The number of leases that are not finished.
    public let outstanding: Int

    /// The average time of requests, which rises at once and falls slowly; `nil` if it was not measured.
    public let latency: Duration?

    init(_ registered: RegisteredEndpoint, at now: Moment) {
        endpoint = registered.endpoint
        (outstanding, latency) = (registered.record.counters.outstanding, registered.record.latency)
        state =
            if registered.endpoint.isListedAsHealthy {
                switch registered.record.standing.ejection {
                case .closed: .eligible
                case .halfOpen: .onProbation
                case .ejected(let until): .ejected(remaining: max(now.duration(to: until), .zero))
                }
            } else {
                .unhealthy
            }
    }
}
