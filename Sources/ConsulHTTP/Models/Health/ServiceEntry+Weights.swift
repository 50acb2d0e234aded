// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// Shares of connections among the instances of a service, as in SRV records.
    public struct Weights: Hashable, Sendable {
        /// The weight while all checks pass.
        public var passing: UInt16

        /// The weight while a check warns; it may be 0.
        public var warning: UInt16

        /// Creates weights. The defaults, 1 and 1, are those of Consul.
        public init(passing: UInt16 = 1, warning: UInt16 = 1) {
            self.passing = passing
            self.warning = warning
        }
    }
}
