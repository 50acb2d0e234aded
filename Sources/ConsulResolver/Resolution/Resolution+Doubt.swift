// SPDX-License-Identifier: Apache-2.0

extension Resolution {
    /// An answer of Consul's that was not believed.
    public struct Doubt: Hashable, Sendable {
        /// Why there is nothing, according to Consul; `nil` if it did not say.
        public let reason: EmptyReason?
    }
}
