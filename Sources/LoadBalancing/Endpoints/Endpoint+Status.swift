// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
    /// What Consul's checks say about an instance, from best to worst.
    public enum Status: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Every check passes, or there are none.
        case passing
        /// A check warns. Consul still answers such an instance over DNS, with its lesser weight.
        case warning
        /// A check fails, or somebody has put the instance or its node into maintenance. Never answered over DNS.
        case critical

        private var rank: Int {
            switch self {
            case .passing: 0
            case .warning: 1
            case .critical: 2
            }
        }

        /// Better is less.
        public static func < (left: Status, right: Status) -> Bool { left.rank < right.rank }
    }
}
