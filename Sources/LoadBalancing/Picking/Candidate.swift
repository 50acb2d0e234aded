// SPDX-License-Identifier: Apache-2.0

/// One of the endpoints that a policy chooses among.
public struct Candidate: Sendable {
    /// The candidate's share, compared with the others': Consul's weight, or what is left of it during slow start.
    /// Candidates of weight 0 are used only when there are no others.
    public let weight: UInt32

    /// The endpoint.
    public let endpoint: Endpoint

    /// The number of this process' leases of the endpoint that are not finished, as of the moment of reading.
    public var outstanding: Int { record.counters.outstanding }

    /// The average time of requests, as of the moment of reading. It rises at once and falls slowly; `nil` if it was
    /// not measured or never reported.
    public var latency: Duration? { record.latency }

    let record: EndpointRecord
    var identity: UInt64 { record.identity }

    init(_ registered: RegisteredEndpoint, weight: UInt32) {
        endpoint = registered.endpoint
        record = registered.record
        self.weight = weight
    }
}
