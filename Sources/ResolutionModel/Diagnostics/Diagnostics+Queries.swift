// SPDX-License-Identifier: Apache-2.0

extension ResolverDiagnostics {
    /// The numbers of queries by outcome. A query whose caller was canceled before its end is not counted.
    public struct Queries: Hashable, Sendable {
        /// Answers about the service, "there is no such service" included.
        public var answered: Int

        /// Queries without an answer in time.
        public var timedOut: Int

        /// Refused or reset connections, and unreachable servers; over HTTP also untrusted certificates.
        public var connectionFailed: Int

        /// SERVFAIL responses, or a status of 5xx: Consul has no leader, no servers, or cannot reach the datacenter.
        public var serverFailure: Int

        /// REFUSED responses, or over HTTP a token without permission.
        public var refused: Int

        /// Malformed responses, and responses that do not answer the query.
        public var malformed: Int

        /// All other outcomes: other response codes and statuses, and queries that could not be sent.
        public var other: Int

        package init(
            answered: Int,
            timedOut: Int,
            connectionFailed: Int,
            serverFailure: Int,
            refused: Int,
            malformed: Int,
            other: Int
        ) {
            self.answered = answered
            self.timedOut = timedOut
            self.connectionFailed = connectionFailed
            self.serverFailure = serverFailure
            self.refused = refused
            self.malformed = malformed
            self.other = other
        }

        /// The sum of all outcomes.
        public var total: Int {
            answered + timedOut + connectionFailed + serverFailure + refused + malformed + other
        }
    }
}
