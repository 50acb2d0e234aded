// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
public import NetworkAddress

extension Resolution {
    /// The source of an answer. Its description is the name that the command line prints. More sources may be
    /// added.
    public struct Source: NamedValue {
        package let name: String

        /// A DNS answer over UDP.
        public static let dnsUDP = Source(name: "dns-udp")
        /// A DNS answer over TCP.
        public static let dnsTCP = Source(name: "dns-tcp")
        /// Consul's HTTP API.
        public static let http = Source(name: "http")
        /// The cache of this process.
        public static let cache = Source(name: "cache")

        private init(name: String) {
            self.name = name
        }

        package init(_ transport: DNSTransport) {
            self = transport == .udp ? .dnsUDP : .dnsTCP
        }
    }
}
