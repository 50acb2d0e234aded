// SPDX-License-Identifier: Apache-2.0

/// What one channel leads to.
struct Route: Hashable, Sendable {
    let server: Nameserver
    let transport: DNSTransport
}
