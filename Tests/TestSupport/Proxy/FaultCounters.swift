// SPDX-License-Identifier: Apache-2.0

/// What has gone through a fault proxy, and what has not.
public struct FaultCounters: Sendable, Hashable {
    /// Counts of datagrams going one way.
    public struct Datagrams: Sendable, Hashable {
        /// Those that came in.
        public var received = 0
        /// Their bytes.
        public var bytes = 0
        /// Those that went out, copies included.
        public var forwarded = 0
        /// Those that were lost, in a black hole or by chance.
        public var dropped = 0
        /// Those that went out twice.
        public var duplicated = 0
        /// Those that were changed.
        public var corrupted = 0
        /// Those that were held back.
        public var reordered = 0
    }

    /// Datagrams from clients.
    public var queries = Datagrams()
    /// Datagrams to clients.
    public var replies = Datagrams()
    /// TCP connections accepted.
    public var connections = 0
    /// TCP connections that were reset on purpose.
    public var resets = 0
    /// Messages from clients over TCP.
    public var streamQueries = 0
    /// Messages to clients over TCP.
    public var streamReplies = 0
    /// Bytes that went to clients over TCP, lengths included.
    public var streamReplyBytes = 0
}
