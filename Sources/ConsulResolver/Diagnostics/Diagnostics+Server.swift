// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS

extension ServiceResolver.Diagnostics {
    /// What is known of one nameserver.
    public struct Server: Hashable, Sendable {
        /// Which one.
        public var server: Nameserver

        /// What became of the questions that it was asked, over UDP and TCP.
        public var queries: Queries

        /// Answers over TCP to what a datagram had not answered, or not for certain.
        public var escalations: Int

        /// How often it was asked beside another server that was late.
        public var hedgesSent: Int

        /// How often it was the one that answered then.
        public var hedgesWon: Int

        /// Background questions whether it is there again. Not among ``queries``.
        public var probes: Int

        /// The smoothed round-trip time; `nil` before the first answer.
        public var roundTrip: Duration?

        /// Whether it counts as dead: it is asked last, and a single question at a time.
        public var isFailed: Bool

        /// For how long it is left alone before it is asked in the background whether it is there again; `nil` when there
        /// is nothing to find out.
        public var pause: Duration?
    }
}
