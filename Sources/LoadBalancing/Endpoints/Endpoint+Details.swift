// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
    /// Properties of an instance beyond its address. DNS carries none of them.
    public struct Details: Hashable, Sendable {
        /// The instance's id, unique on its node.
        public var id: String

        /// Its tags, in the order of their registration.
        public var tags: [String]

        /// The worst status of its checks and its node's.
        public var status: Status

        /// The metadata of the instance (`Service.Meta`).
        public var metadata: [String: String]

        /// The metadata of its node (`Node.Meta`).
        public var nodeMetadata: [String: String]

        /// The datacenter that it is in, if known.
        public var datacenter: String?

        /// Creates details of an instance.
        public init(
            id: String,
            tags: [String] = [],
            status: Status = .passing,
            metadata: [String: String] = [:],
            nodeMetadata: [String: String] = [:],
            datacenter: String? = nil
        ) {
            self.id = id
            self.tags = tags
            self.status = status
            self.metadata = metadata
            self.nodeMetadata = nodeMetadata
            self.datacenter = datacenter
        }
    }
}

extension Endpoint {
    /// The result of Consul's checks of an instance, from best to worst.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        /// Every check passes, or there are no checks.
        case passing
        /// A check warns. Consul still returns such an instance over DNS, with its lesser weight.
        case warning
        /// A check fails, or an operator has put the instance or its node into maintenance. Never returned over DNS.
        case critical

        /// The place in the order from best to worst.
        package var rank: Int {
            switch self {
            case .passing: 0
            case .warning: 1
            case .critical: 2
            }
        }
    }
}
