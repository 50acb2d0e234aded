// SPDX-License-Identifier: Apache-2.0

/// The faults of a fault proxy for TCP connections.
public struct StreamFaults: Sendable, Hashable {
    /// True if the port is closed, so that new connections are refused.
    public var refusesConnections = false
    /// True if connections are accepted and queries read, but never answered.
    public var isBlackHole = false
    /// The fraction of replies that arrive with one byte changed.
    public var corrupted = 0.0
    /// The additional delay of replies.
    public var delay = Duration.zero
    /// The number of queries that a connection serves. The next one resets it, as Consul does after 128.
    public var resetAfterQueries: Int?
    /// The number of bytes, length prefixes included, after which a connection is reset, even in the middle of a
    /// message.
    public var resetAfterReplyBytes: Int?
    /// The number of replies after which the connection's direction to the client is closed in order.
    public var halfCloseAfterReplies: Int?

    /// No faults.
    public init() {}
}
