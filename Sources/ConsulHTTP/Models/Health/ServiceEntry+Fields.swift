// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// What to take from an answer beside the least: names, addresses, ports, tags, weights and the status of checks.
    ///
    /// What is not asked for is empty in the result and costs nothing but being passed over.
    public struct Fields: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// A set from its bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// `meta` of the node and of the instance.
        public static let meta = Fields(rawValue: 1 << 0)

        /// `taggedAddresses` of the node and of the instance.
        public static let taggedAddresses = Fields(rawValue: 1 << 1)

        /// `output` and `notes` of checks: words for people, up to 4 kB each by default, which may hold anything that
        /// the checked program printed.
        public static let checkOutput = Fields(rawValue: 1 << 2)

        /// Everything but the words of checks: what choosing an instance can depend on.
        public static let standard: Fields = [.meta, .taggedAddresses]

        /// Everything.
        public static let all: Fields = [.meta, .taggedAddresses, .checkOutput]
    }
}
