// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Diagnostics {
    /// How many questions were asked, by what became of them. Those whose caller left before that are counted nowhere.
    public struct Queries: Hashable, Sendable {
        /// Answers about the service, "there is no such service" included.
        public var answered: Int

        /// No answer in time.
        public var timedOut: Int

        /// Refused by the system, reset or unreachable; over HTTP also a certificate that is not to be trusted.
        public var connectionFailed: Int

        /// SERVFAIL, or a status of 5xx: Consul has no leader, no servers, or cannot reach the datacenter.
        public var serverFailure: Int

        /// REFUSED, or over HTTP a token that may not ask.
        public var refused: Int

        /// What is not an answer to the question.
        public var malformed: Int

        /// Everything else: other response codes and statuses, questions that could not be sent.
        public var other: Int

        /// All of them.
        public var total: Int {
            answered + timedOut + connectionFailed + serverFailure + refused + malformed + other
        }
    }
}
