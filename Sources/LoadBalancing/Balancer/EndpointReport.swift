// SPDX-License-Identifier: Apache-2.0

/// What a balancer knows of an endpoint, for people and for what they look at.
public struct EndpointReport: Sendable {
    /// Whether requests are sent there.
    public enum State: Hashable, Sendable {
        /// They are.
        case eligible
        /// They are not, for so much longer: too many have failed.
        case ejected(remaining: Duration)
        /// One is, to find out whether it is well again.
        case onProbation
        /// They are not, while there is anybody else: Consul or a probe says that it is not well.
        case unhealthy
    }

    /// The endpoint.
    public let endpoint: Endpoint

    /// Whether requests are sent there.
    public let state: State

    /// How many leases are not finished.
    public let outstanding: Int

    /// How long requests take, as an average that jumps up at once and comes down slowly; `nil` if that was not measured.
    public let latency: Duration?

    init(_ seat: Seat, at now: Moment) {
        endpoint = seat.endpoint
        let load = EndpointLoad(record: seat.record)
        (outstanding, latency) = (load.outstanding, load.latency)
        state =
            if seat.endpoint.isListedAsHealthy {
                switch seat.record.standing.ejection {
                case .closed: .eligible
                case .halfOpen: .onProbation
                case .ejected(let until): .ejected(remaining: max(now.duration(to: until), .zero))
                }
            } else {
                .unhealthy
            }
    }
}
