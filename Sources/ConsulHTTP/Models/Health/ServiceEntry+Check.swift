// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// A check of an instance or of its node.
    public struct Check: Hashable, Sendable {
        /// Its id, unique on its node.
        public var id = ""

        /// Its name, for people.
        public var name = ""

        /// How it is.
        public var status = HealthStatus.unknown

        /// The instance that it checks; empty for a check of the node.
        public var serviceID = ""

        /// What it printed last; nil unless ``Fields/checkOutput`` was asked for.
        public var output: String?

        /// What its operator says about it, and in maintenance mode the reason; nil unless ``Fields/checkOutput`` was
        /// asked for.
        public var notes: String?

        /// A check without anything.
        public init() {}

        /// Whether it checks the node, and so concerns every instance there.
        public var isNodeCheck: Bool { serviceID.isEmpty }

        /// Whether it is the one that Consul sets up while a node or an instance is under maintenance.
        public var isMaintenance: Bool { id == "_node_maintenance" || id.hasPrefix("_service_maintenance:") }
    }
}
