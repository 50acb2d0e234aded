// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration {
    /// How services are followed.
    public struct Following: Sendable {
        /// The least time between two questions about a service, where it is asked for again and again. Default 1 s:
        /// Consul's own TTL is 0, which asks for a storm.
        public var minimumInterval: Duration = .seconds(1)

        /// The longest time between two questions, whatever the TTL. Default 60 s.
        public var maximumInterval: Duration = .seconds(60)

        /// The defaults.
        public init() {}
    }
}
