// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// The optional fields of an answer. Names, addresses, ports, tags, weights and the statuses of checks are always
    /// decoded.
    ///
    /// Fields that were not requested are empty in the result, and cost only the time to skip them.
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

        /// `output` and `notes` of checks: text for users, up to 4 kB each by default, which may contain any output of
        /// the checked program.
        public static let checkOutput = Fields(rawValue: 1 << 2)

        /// All fields except the text of checks: those that the choice of an instance can depend on.
        public static let standard: Fields = [.meta, .taggedAddresses]

        /// All fields.
        public static let all: Fields = [.meta, .taggedAddresses, .checkOutput]
    }
}
