// SPDX-License-Identifier: Apache-2.0

extension ConsulService {
    /// How changes are noticed.
    public struct UpdateMode: Hashable, Sendable, CustomStringConvertible {
        /// The mode's name.
        public let description: String

        /// By asking again when the TTL of the last answer is over, but no more often than
        /// ``ServiceResolver/Configuration/Following/minimumInterval``. Nothing waits at Consul meanwhile.
        public static let timeToLive = UpdateMode(description: "timeToLive")

        /// By a question to the HTTP API that Consul answers when something changes, within milliseconds. It holds one
        /// connection for a service, however many follow it. A lost leader and a token that may no longer read are no
        /// changes to Consul: a plain read about every three seconds finds them. While the HTTP API is down, DNS is asked
        /// as for ``timeToLive``. Prepared queries and requests with alternatives cannot be watched: they are asked as for
        /// ``timeToLive``.
        public static let watch = UpdateMode(description: "watch")
    }
}
