// SPDX-License-Identifier: Apache-2.0

extension DNSClient {
    /// Settings for the network use of a ``DNSClient``.
    public struct Configuration: Sendable {
        /// Queries in flight on one socket; the rest wait in order. Default 64, at least 1, at most 128, and over TCP
        /// at most 64: Consul closes a connection after 128 queries, and a query on a lost connection may be sent
        /// twice.
        ///
        /// Queries that have been unanswered for half of ``retransmissionInterval`` no longer count, up to three times
        /// as many. Queries for different datacenters are sent over different sockets, up to 8 of them.
        public var maximumInFlight = 64

        /// The time until an unanswered datagram is sent again; each later repetition waits twice as long. Default 400
        /// ms. Values outside of 1 ms to 24 hours are clamped.
        public var retransmissionInterval: Duration = .milliseconds(400)

        /// True if equal questions that are asked at the same time share one query. Default `true`; set to `false` in
        /// benchmarks.
        public var coalescesQueries = true

        /// True if servers on loopback addresses are guarded against forged answers like those on other machines. Used
        /// in tests of the guard.
        var guardsLoopback = false

        /// The defaults.
        public init() {}
    }
}

extension DNSClient.Configuration {
    /// ``retransmissionInterval`` clamped to its limits: c-ares counts milliseconds, and its fifth repetition must not
    /// overflow an `int`.
    var retransmissionMilliseconds: Int32 {
        let milliseconds = (retransmissionInterval.nonNegativeNanoseconds.saturatingAdding(999_999)) / 1_000_000
        return Int32(min(max(milliseconds, 1), 24 * 3_600_000))
    }
}
