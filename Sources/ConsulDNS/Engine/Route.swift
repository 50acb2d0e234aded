// SPDX-License-Identifier: Apache-2.0

/// The server and transport of one lane.
struct Route: Hashable, Sendable {
    let server: Nameserver
    let transport: DNSTransport
}
