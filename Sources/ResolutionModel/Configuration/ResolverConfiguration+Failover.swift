// SPDX-License-Identifier: Apache-2.0

extension ResolverConfiguration {
    /// Settings for failover between the targets of a request: the request itself, and its alternatives
    /// (``ServiceRequest/alternatives``).
    public struct Failover: Sendable {
        /// The time for which every query to a preferred target has to find it good before traffic returns to it.
        /// Default 10 s.
        ///
        /// If the target is lost within a minute after that, or within the time that the wait took, the next wait is
        /// twice as long, up to 5 minutes. With zero, traffic returns at once, every time. Preferred targets are
        /// queried in the background of resolutions, at most once a second.
        public var failback: Duration = .seconds(10)

        /// Creates the default settings.
        public init() {}
    }
}
