// SPDX-License-Identifier: Apache-2.0

/// What a fault proxy does to TCP connections.
public struct StreamFaults: Sendable, Hashable {
    /// New connections are refused: nobody listens.
    public var refusesConnections = false
    /// Connections are accepted and queries taken, and that is all.
    public var isBlackHole = false
    /// The fraction of replies that arrive with one byte changed.
    public var corrupted = 0.0
    /// How much later replies arrive.
    public var delay = Duration.zero
    /// A connection serves this many queries and is reset when the next one arrives, as Consul's is after 128.
    public var resetAfterQueries: Int?
    /// A connection is reset when this many bytes have gone to the client, lengths included, be it in mid-message.
    public var resetAfterReplyBytes: Int?
    /// After this many replies, the connection's direction to the client is closed in good order.
    public var halfCloseAfterReplies: Int?

    /// No faults.
    public init() {}
}
