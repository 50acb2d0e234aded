// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Diagnostics {
    /// What the resolver has asked, by the way that it went.
    ///
    /// Counted are questions about services, and those of ``ServiceResolver/query(_:transport:payloadSize:timeout:)``.
    /// Repetitions of a datagram and retries over HTTP belong to the question that they repeat. Not counted are
    /// addresses of targets, reasons of empty answers, and background questions to nameservers.
    public struct Ways: Hashable, Sendable {
        /// Over DNS, in datagrams.
        public var udp: Queries

        /// Over DNS, on TCP.
        public var tcp: Queries

        /// Over the HTTP API.
        public var http: Queries

        /// The requests of those who watch: blocking queries, and the plain reads beside them.
        public var watches: Queries

        /// Answers over TCP to what a datagram had not answered, or not for certain.
        public var escalationsToTCP: Int

        /// Questions over HTTP about what DNS had left open: silence, an answer that may be part, an empty one without a
        /// reason.
        public var escalationsToHTTP: Int

        /// Whether DNS was silent about everything a moment ago, and is passed over for now. Only with
        /// ``ServiceResolver/Configuration/Strategy/automatic``; with one way alone, nothing is passed over.
        public var isDNSSilent: Bool

        /// The same for the HTTP API.
        public var isHTTPSilent: Bool
    }
}
