// SPDX-License-Identifier: Apache-2.0

extension ResolverConfiguration.DNS {
    /// The payload size that a query advertises by EDNS (RFC 6891).
    public struct PayloadSize: Hashable, Sendable {
        package enum Base: Hashable {
            case automatic
            case none
            case bytes(UInt16)
        }

        package let base: Base

        /// The size that ``resolve(_:tag:in:timeout:)`` uses: the configured one over UDP, and no OPT record over TCP.
        public static let automatic = PayloadSize(base: .automatic)

        /// No OPT record. Consul then sends at most three records.
        public static let none = PayloadSize(base: .none)

        /// A size in bytes, at most `DNSQuery.maximumPayloadSize`.
        public static func bytes(_ size: UInt16) -> PayloadSize { PayloadSize(base: .bytes(size)) }
    }
}
