// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// Where callers from elsewhere find an instance.
    public struct TaggedAddress: Hashable, Sendable {
        /// The address, which may be a host name.
        public var address: String

        /// The port; 0 for none, or what cannot be one.
        public var port: UInt16

        /// An address.
        public init(address: String = "", port: UInt16 = 0) {
            self.address = address
            self.port = port
        }
    }
}
