// SPDX-License-Identifier: Apache-2.0

/// An endpoint as it is listed now, and what this process knows of whoever is there.
///
/// What is listed can change (a weight, a tag), what is known belongs to the host and the port and stays.
struct Seat: Sendable {
    let endpoint: Endpoint
    let record: EndpointRecord
}
