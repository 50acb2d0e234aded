// SPDX-License-Identifier: Apache-2.0

extension ResolverDiagnostics {
    /// The queries that the resolver has sent, by source.
    ///
    /// Queries for services are counted, and those of ``ServiceResolver/query(_:transport:payloadSize:timeout:)``.
    /// Repeated datagrams and retries over HTTP count as part of the query that they repeat. Queries for the addresses
    /// of targets, for the reasons of empty answers, and background probes of nameservers are not counted.
    public struct Sources: Hashable, Sendable {
        /// Queries over DNS by UDP.
        public var udp: Queries

        /// Queries over DNS by TCP.
        public var tcp: Queries

        /// Queries over the HTTP API.
        public var http: Queries

        /// The requests of watches: blocking queries, and the plain reads beside them.
        public var watches: Queries

        /// Answers over TCP to queries that a datagram had not answered conclusively.
        public var escalationsToTCP: Int

        /// Queries over HTTP after DNS was not conclusive: DNS was silent, its answer may have been incomplete, or it
        /// was empty without a reason.
        public var escalationsToHTTP: Int

        /// True if DNS was silent about every request a moment ago, and is skipped for now. Always false with a
        /// strategy other than ``ResolverConfiguration/Strategy/automatic``, since a single source is never
        /// skipped.
        public var isDNSSilent: Bool

        /// True if the HTTP API was silent about every request a moment ago, and is skipped for now. The strategy
        /// counts as for ``isDNSSilent``.
        public var isHTTPSilent: Bool

        package init(
            udp: Queries,
            tcp: Queries,
            http: Queries,
            watches: Queries,
            escalationsToTCP: Int,
            escalationsToHTTP: Int,
            isDNSSilent: Bool,
            isHTTPSilent: Bool
        ) {
            self.udp = udp
            self.tcp = tcp
            self.http = http
            self.watches = watches
            self.escalationsToTCP = escalationsToTCP
            self.escalationsToHTTP = escalationsToHTTP
            self.isDNSSilent = isDNSSilent
            self.isHTTPSilent = isHTTPSilent
        }
    }
}
