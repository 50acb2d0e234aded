// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// Shares of connections among the instances of a service, as in SRV records.
    public struct Weights: Hashable, Sendable {
        /// The weight while all checks pass.
        public var passing: UInt16

        /// The weight while one warns; 0 happens.
        public var warning: UInt16

        /// Weights; 1 and 1 where nothing else is registered.
        public init(passing: UInt16 = 1, warning: UInt16 = 1) {
            self.passing = passing
            self.warning = warning
        }
    }
}
