// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS

extension ResolverDiagnostics {
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

        package init(
            server: Nameserver,
            queries: Queries,
            escalations: Int,
            hedgesSent: Int,
            hedgesWon: Int,
            probes: Int,
            roundTrip: Duration? = nil,
            isFailed: Bool,
            pause: Duration? = nil
        ) {
            self.server = server
            self.queries = queries
            self.escalations = escalations
            self.hedgesSent = hedgesSent
            self.hedgesWon = hedgesWon
            self.probes = probes
            self.roundTrip = roundTrip
            self.isFailed = isFailed
            self.pause = pause
        }
    }
}
