// SPDX-License-Identifier: Apache-2.0

/// An endpoint as it is listed now, and what this process knows of whoever is there.
///
/// What is listed can change (a weight, a tag), what is known belongs to the host and the port and stays. A lease holds on
/// to the seat that it was given, so nothing that happens to the set can take the endpoint away under it.
final class Seat: Sendable {
    let endpoint: Endpoint
    let record: EndpointRecord

    init(endpoint: Endpoint, record: EndpointRecord) {
        self.endpoint = endpoint
        self.record = record
    }
}
