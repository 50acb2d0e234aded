// SPDX-License-Identifier: Apache-2.0

extension ResolverConfiguration {
    /// Settings for following services.
    public struct Following: Sendable {
        /// The least time between two queries about a polled service. Default 1 s: with Consul's own TTL of 0, polls
        /// would follow each other without a pause.
        public var minimumInterval: Duration = .seconds(1)

        /// The longest time between two queries, whatever the TTL. Default 60 s.
        public var maximumInterval: Duration = .seconds(60)

        /// Creates the default settings.
        public init() {}
    }
}
