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

    init(seat: Seat, weight: UInt32) {
        endpoint = seat.endpoint
        record = seat.record
        self.weight = weight
    }
}
