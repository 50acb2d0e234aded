// SPDX-License-Identifier: Apache-2.0

/// An endpoint as it is listed now, and what this process knows of whoever is there.
///
/// What is listed can change (a weight, a tag) and ends with the listing. What is known belongs to the host and the port, and
/// outlives a short absence.
struct Seat: Sendable {
    let endpoint: Endpoint
    let record: EndpointRecord
    /// When the endpoint was listed as healthy for the first time since it was last absent or unhealthy: where its slow start
    /// begins. `nil` if that was so from the beginning. It belongs to the listing and not to the record, because an
    /// instance that is restarted starts cold however well it is remembered.
    let joinedAt: Moment?
    /// Its position in a list that is sorted by nearness; `nil` in one that is not.
    let order: Int?
}
