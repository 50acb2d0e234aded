// SPDX-License-Identifier: Apache-2.0

/// The transport of a DNS message.
public enum DNSTransport: Sendable, Hashable, CaseIterable {
    /// One message in each datagram.
    case udp
    /// A stream of messages, each with a length prefix of two bytes.
    case tcp
}
