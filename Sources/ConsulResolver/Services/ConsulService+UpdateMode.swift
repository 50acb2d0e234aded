// SPDX-License-Identifier: Apache-2.0

extension ConsulService {
    /// The mode of detecting changes of a service.
    public struct UpdateMode: Hashable, Sendable, CustomStringConvertible {
        /// The mode's name.
        public let description: String

        /// Polling: a query when the TTL of the last answer is over, but no more often than
        /// ``ResolverConfiguration/Following/minimumInterval``. No request waits at Consul meanwhile.
        public static let polling = UpdateMode(description: "polling")

        /// A blocking query over the HTTP API, which Consul answers within milliseconds of a change. It holds one
        /// connection for a service, however many iterations follow it. A lost leader and a token that may no longer
        /// read are no changes to Consul: a plain read about every three seconds finds them. While the HTTP API is
        /// down, DNS is polled as for ``polling``. Prepared queries and requests with alternatives cannot be
        /// watched: they are polled as for ``polling``.
        public static let watch = UpdateMode(description: "watch")
    }
}
