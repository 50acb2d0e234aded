// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration {
    /// How requests with alternatives (``ServiceRequest/alternatives``) go from one place to the other.
    public struct Failover: Sendable {
        /// For how long a preferred place has to be good again, whenever it is asked, before it is used again.
        /// Default 10 s.
        ///
        /// If it does not stay good for a minute after that, or for as long as that took, the next time takes twice as
        /// long, up to 5 minutes. Zero gives back at once, however often. Preferred places are asked again beside
        /// resolutions, at most once a second.
        public var failback: Duration = .seconds(10)

        /// The defaults.
        public init() {}
    }
}
