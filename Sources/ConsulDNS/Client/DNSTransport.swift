// SPDX-License-Identifier: Apache-2.0

/// How a DNS message travels.
public enum DNSTransport: String, Hashable, Sendable, CaseIterable {
    /// One datagram. Consul trims what does not fit, and by default does not say so.
    case udp
    /// A connection that is kept open and shared. Holds up to 64 KiB an answer.
    case tcp
}
