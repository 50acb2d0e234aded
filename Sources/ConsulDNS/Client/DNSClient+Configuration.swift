// SPDX-License-Identifier: Apache-2.0

extension DNSClient {
    /// How a ``DNSClient`` uses the network.
    public struct Configuration: Sendable {
        /// Queries in flight on one socket; the rest wait in order. Default 64, at least 1, at most 128, and
        /// over TCP at most 64: Consul closes a connection after 128 queries, and a lost one may be asked twice.
        ///
        /// Queries that have been unanswered for half of ``retransmissionInterval`` no longer count, up to three times as
        /// many. Questions about different datacenters are sent over different sockets, up to 8 of them.
        public var maximumInFlight = 64

        /// Time until an unanswered datagram is sent again; each later repetition waits twice as long. Default 400 ms. Values
        /// outside of 1 ms to 24 hours are brought within it.
        public var retransmissionInterval: Duration = .milliseconds(400)

        /// Whether equal questions that are asked at the same time share one query. Default `true`; a benchmark wants
        /// `false`.
        public var coalescesQueries = true

        /// Whether servers on loopback addresses are guarded against forged answers, as those on other machines are: for
        /// tests of the guard.
        var guardsLoopback = false

        /// The defaults.
        public init() {}
    }
}

extension DNSClient.Configuration {
    /// ``retransmissionInterval`` within its limits: c-ares counts milliseconds, and its fifth repetition must not overflow
    /// an `int`.
    var retransmissionMilliseconds: Int32 {
        let milliseconds = (retransmissionInterval.nonNegativeNanoseconds.saturatingAdding(999_999)) / 1_000_000
        return Int32(min(max(milliseconds, 1), 24 * 3_600_000))
    }
}
