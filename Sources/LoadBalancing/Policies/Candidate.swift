// SPDX-License-Identifier: Apache-2.0

/// One of the endpoints that a policy chooses among.
public struct Candidate: Sendable {
    /// Its share, compared with the others': Consul's weight, or what is left of it during slow start. 0 is for those that
    /// are used only when there is nobody else.
    public let weight: UInt32

    /// The endpoint.
    public var endpoint: Endpoint { seat.endpoint }

    /// What this process knows of it, read when it is needed.
    public var load: EndpointLoad { EndpointLoad(record: record) }

    let seat: Seat
    var record: EndpointRecord { seat.record }
    var identity: UInt64 { record.identity }

    init(seat: Seat, weight: UInt32) {
        self.seat = seat
        self.weight = weight
    }
}
