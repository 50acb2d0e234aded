// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
public import NetworkAddress

extension Resolution {
    /// The source of an answer. Its description is the name that the command line prints. More sources may be
    /// added.
    public struct Source: NamedValue {
        private enum Base: String {
            case dnsUDP = "dns-udp"
            case dnsTCP = "dns-tcp"
            case http
            case cache
        }

        private let base: Base
        package var name: String { base.rawValue }

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
