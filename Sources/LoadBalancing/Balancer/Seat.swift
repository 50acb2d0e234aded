// SPDX-License-Identifier: Apache-2.0

/// An endpoint as it is listed now, and the record of what this process knows about it.
///
/// The listing can change (a weight, a tag) and ends with the next list that lacks the endpoint. The record belongs to
/// the host and the port, and outlives a short absence.
struct Seat: Sendable {
    let endpoint: Endpoint
    let record: EndpointRecord
    /// The start of the endpoint's slow start: the moment when it was listed as healthy for the first time since it was
    /// last absent or unhealthy. `nil` if it was so from the beginning. The moment belongs to the listing and not to
    /// the record, because an instance that is restarted starts cold even if its record was kept.
    let joinedAt: Moment?
    /// The position in a list that is sorted by nearness; `nil` in an unsorted list.
    let order: Int?
}
