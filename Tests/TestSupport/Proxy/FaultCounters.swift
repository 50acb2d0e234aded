// SPDX-License-Identifier: Apache-2.0

/// Counts of the traffic through a fault proxy and of its faults.
public struct FaultCounters: Sendable, Hashable {
    /// Counts of datagrams in one direction.
    public struct Datagrams: Sendable, Hashable {
        /// Datagrams that arrived.
        public var received = 0
        /// Bytes that arrived.
        public var bytes = 0
        /// Datagrams that were sent on, copies included.
        public var forwarded = 0
        /// Datagrams that were dropped, by a black hole or at random.
        public var dropped = 0
        /// Datagrams that were sent on twice.
        public var duplicated = 0
        /// Datagrams that were changed.
        public var corrupted = 0
        /// Datagrams that were held back.
        public var reordered = 0
    }

    /// Datagrams from clients.
    public var queries = Datagrams()
    /// Datagrams to clients.
    public var replies = Datagrams()
    /// TCP connections accepted.
    public var connections = 0
    /// TCP connections that the proxy reset as a fault.
    public var resets = 0
    /// Messages from clients over TCP.
    public var streamQueries = 0
    /// Messages to clients over TCP.
    public var streamReplies = 0
    /// Bytes sent to clients over TCP, length prefixes included.
    public var streamReplyBytes = 0
}
