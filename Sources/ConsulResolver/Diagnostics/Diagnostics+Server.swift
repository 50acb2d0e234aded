// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS

extension ServiceResolver.Diagnostics {
    /// The state of one nameserver.
    public struct Server: Hashable, Sendable {
        /// The address and port of the nameserver.
        public var server: Nameserver

        /// The outcomes of queries to this server, over UDP and TCP.
        public var queries: Queries

        /// Answers over TCP to queries that a datagram had not answered conclusively.
        public var escalations: Int

        /// Hedges: queries to this server while another server was late.
        public var hedgesSent: Int

        /// Hedges in which this server answered first.
        public var hedgesWon: Int

        /// Background probes for recovery. They are not among ``queries``.
        public var probes: Int

        /// The smoothed round-trip time; `nil` before the first answer.
        public var roundTrip: Duration?

        /// True if the server is considered dead: it is queried last, and by one resolution at a time.
        public var isFailed: Bool

        /// The time until the next background probe; `nil` if the server needs none.
        public var pause: Duration?
    }
}
