// SPDX-License-Identifier: Apache-2.0

/// How a DNS message travels.
public enum DNSTransport: Sendable, Hashable, CaseIterable {
    /// One message, one datagram.
    case udp
    /// A stream of messages, each behind its length in two bytes.
    case tcp
}
