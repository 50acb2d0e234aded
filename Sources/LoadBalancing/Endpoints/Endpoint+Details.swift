// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
    /// What is known of an instance beyond where it is. DNS carries none of it.
    public struct Details: Hashable, Sendable {
        /// The instance's id, unique on its node.
        public var id: String

        /// Its tags, in the order they were registered in.
        public var tags: [String]

        /// The worst of its checks and its node's.
        public var status: Status

        /// What was registered with the instance (`Service.Meta`).
        public var metadata: [String: String]

        /// What is known of its node (`Node.Meta`).
        public var nodeMetadata: [String: String]

        /// The datacenter that it is in.
        public var datacenter: String?

        /// Details of an instance.
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
