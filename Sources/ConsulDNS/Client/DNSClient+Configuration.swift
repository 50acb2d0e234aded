// SPDX-License-Identifier: Apache-2.0

extension DNSClient {
    /// How a ``DNSClient`` uses the network.
    public struct Configuration: Sendable {
        /// Queries in flight on one socket; the rest wait in order. Default 64, at least 1, at most 128, and
        /// over TCP at most 64: Consul closes a connection after 128 queries, and a lost one may be asked twice.
        public var maximumInFlight = 64

        /// Time until an unanswered datagram is sent again; each later repetition waits twice as long. Default 400 ms,
        /// at least 1 ms.
        public var retransmissionInterval: Duration = .milliseconds(400)

        /// Whether equal questions that are asked at the same time share one query. Default `true`; a benchmark wants
        /// `false`.
        public var coalescesQueries = true

        /// The defaults.
        public init() {}
    }
}
