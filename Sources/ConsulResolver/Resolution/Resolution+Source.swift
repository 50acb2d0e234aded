// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

extension Resolution {
    /// Which way an answer came. More ways may be added.
    public struct Source: Hashable, Sendable, CustomStringConvertible {
        /// The way's name, as the command line prints it.
        public let description: String

        /// A datagram.
        public static let dnsUDP = Source(description: "dns-udp")
        /// A DNS answer over TCP.
        public static let dnsTCP = Source(description: "dns-tcp")
        /// Consul's HTTP API.
        public static let http = Source(description: "http")
        /// This process' own memory.
        public static let cache = Source(description: "cache")

        init(description: String) {
            self.description = description
        }

        init(_ transport: DNSTransport) {
            self = transport == .udp ? .dnsUDP : .dnsTCP
        }
    }
}
