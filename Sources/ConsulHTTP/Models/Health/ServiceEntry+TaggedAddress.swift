// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// An address of an instance for callers from other networks.
    public struct TaggedAddress: Hashable, Sendable {
        /// The address, which may be a host name.
        public var address: String

        /// The port; 0 for none, or for an impossible one.
        public var port: UInt16

        /// Creates an address.
        public init(address: String = "", port: UInt16 = 0) {
            self.address = address
            self.port = port
        }
    }
}
