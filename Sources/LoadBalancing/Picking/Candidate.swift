// SPDX-License-Identifier: Apache-2.0

/// One of the endpoints that a policy chooses among.
public struct Candidate: Sendable {
    /// The candidate's share, compared with the others': Consul's weight, or what is left of it during slow start.
    /// Candidates of weight 0 are used only when there are no others.
    public let weight: UInt32

    /// The endpoint.
    public let endpoint: Endpoint

    /// The endpoint's load, read when it is needed.
    public var load: EndpointLoad { EndpointLoad(record: record) }

    let record: EndpointRecord
    var identity: UInt64 { record.identity }

    init(_ registered: RegisteredEndpoint, weight: UInt32) {
        endpoint = registered.endpoint
        record = registered.record
        self.weight = weight
    }
}

/// The use that this process makes of an endpoint, as of the moment of reading.
public struct EndpointLoad: Sendable {
    let record: EndpointRecord

    /// The number of leases that are not finished.
    public var outstanding: Int { record.counters.outstanding }

    /// The average time of requests, which rises at once and falls slowly; `nil` if it was not measured or never
    /// reported.
    public var latency: Duration? {
        let estimate = record.counters.storedEstimate
        return estimate > 0 ? .nanoseconds(Int64(estimate)) : nil
    }
}
