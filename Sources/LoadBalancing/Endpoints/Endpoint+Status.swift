// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
    /// The result of Consul's checks of an instance, from best to worst.
    public enum Status: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Every check passes, or there are no checks.
        case passing
        /// A check warns. Consul still returns such an instance over DNS, with its lesser weight.
        case warning
        /// A check fails, or an operator has put the instance or its node into maintenance. Never returned over DNS.
        case critical

        private var rank: Int {
            switch self {
            case .passing: 0
            case .warning: 1
            case .critical: 2
            }
        }

        /// A better status is less than a worse one.
        public static func < (left: Status, right: Status) -> Bool { left.rank < right.rank }
    }
}
