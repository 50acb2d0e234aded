// SPDX-License-Identifier: Apache-2.0

/// The transport of a DNS message.
public enum DNSTransport: String, Hashable, Sendable, CaseIterable {
    /// One datagram. Consul trims an answer that does not fit, by default without setting TC.
    case udp
    /// A connection that is kept open and shared. An answer has up to 64 KiB.
    case tcp
}
