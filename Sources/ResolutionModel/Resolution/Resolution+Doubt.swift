// SPDX-License-Identifier: Apache-2.0

extension Resolution {
    /// An empty answer of Consul that was not accepted.
    public struct Doubt: Hashable, Sendable {
        /// The reason for the empty answer, according to Consul; `nil` if Consul did not give one.
        public let reason: EmptyReason?

        package init(reason: EmptyReason? = nil) {
            self.reason = reason
        }
    }
}
