// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS

extension Resolution {
    /// The source of an answer. More sources may be added.
    public struct Source: Hashable, Sendable, CustomStringConvertible {
        private enum Base: String {
            case dnsUDP = "dns-udp"
            case dnsTCP = "dns-tcp"
            case http
            case cache
        }

        private let base: Base

        /// The source's name, as the command line prints it.
        public var description: String { base.rawValue }

        /// A DNS answer over UDP.
        public static let dnsUDP = Source(base: .dnsUDP)
        /// A DNS answer over TCP.
        public static let dnsTCP = Source(base: .dnsTCP)
        /// Consul's HTTP API.
        public static let http = Source(base: .http)
        /// The cache of this process.
        public static let cache = Source(base: .cache)

        private init(base: Base) {
            self.base = base
        }

        package init(_ transport: DNSTransport) {
            self = transport == .udp ? .dnsUDP : .dnsTCP
        }
    }
}
