// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// A node of the cluster.
    public struct Node: Hashable, Sendable {
        /// Its name, unique within the datacenter.
        public var name = ""

        /// Its id, a UUID; empty for nodes that were registered without one, as external services are.
        public var id = ""

        /// Its address, which may be a host name.
        public var address = ""

        /// Its datacenter.
        public var datacenter = ""

        /// Addresses for callers from elsewhere, such as `lan`, `wan` and `lan_ipv6`.
        public var taggedAddresses: [String: String] = [:]

        /// What its operator says about it.
        public var meta: [String: String] = [:]

        /// A node without anything.
        public init() {}
    }
}
