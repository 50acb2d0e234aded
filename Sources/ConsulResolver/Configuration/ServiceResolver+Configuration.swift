// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import ConsulHTTP
public import DNSWire
public import LoadBalancing
public import NetworkAddress

extension ServiceResolver {
    /// How a ``ServiceResolver`` asks.
    public struct Configuration: Sendable {
        /// How long a resolution may take altogether. Default 2 s.
        public var timeout: Duration = .seconds(2)

        /// Which of Consul's interfaces are asked. Default ``Strategy/automatic``.
        public var strategy = Strategy.automatic

        /// How DNS is used.
        public var dns = DNS()

        /// How the HTTP API is used. ``timeout`` holds for resolutions that go there, too.
        public var http = ConsulHTTPClient.Configuration()

        /// How answers are kept. `nil` asks anew for every lookup, and lets nobody share a question or have an earlier
        /// answer; who follows a service is not concerned.
        public var cache: Cache? = Cache()

        /// When endpoints that were there are believed to be gone.
        public var hold = Hold()

        /// How services are followed (``ConsulService/updates``).
        public var following = Following()

        /// How one of a service's endpoints is chosen, where a service does not say otherwise.
        public var balancing = LoadBalancer.Configuration()

        /// How requests with alternatives go from one place to the other.
        public var failover = Failover()

        /// Whether, and how, the endpoints of a followed service are asked themselves. Default `nil`: never.
        public var probes: Probes?

        /// Where to keep what was last known, for a start without Consul. Default `nil`: nowhere.
        public var snapshot: Snapshot?

        /// The defaults: an agent on this machine.
        public init() {}
    }
}

extension ServiceResolver.Configuration {
    /// How DNS is used.
    public struct DNS: Sendable {
        /// Which transports to use.
        public enum Transport: String, Hashable, Sendable, CaseIterable {
            /// UDP first; TCP when the datagram does not prove that nothing is missing, and at once for a service that
            /// was too big before.
            case automatic
            /// UDP alone. Answers that may have been trimmed are marked as incomplete.
            case udp
            /// TCP alone.
            case tcp
        }

        /// The DNS ports of Consul agents, in order of preference. Default 127.0.0.1:8600.
        ///
        /// The order counts while they are comparably good: one that failed is asked last until it answers again, one that
        /// is much slower than another comes behind it.
        ///
        /// A host name is looked up by the system, and again when no server of that name answers.
        public var nameservers: [HostPort] = [
            HostPort(host: .address(.v4(.loopback)), port: Nameserver.defaultPort)
        ]

        /// The domain that the agents serve (`domain` or `alt_domain` in Consul's configuration). Default `consul.`
        public var domain: DomainName = .consul

        /// Which transports to use. Default ``Transport/automatic``.
        public var transport: Transport = .automatic

        /// How long one server may take over one transport. Default 1 s; less when the time left has to do for several.
        public var attemptTimeout: Duration = .seconds(1)

        /// Whether the next nameserver is asked beside one that takes longer than it usually does: between 10 and 100 ms.
        /// Default `true`. It costs a query now and then, and saves waiting for a server that has died.
        public var hedging = true

        /// The longest pause between two attempts to find out whether a nameserver that failed is back. Default 5 s. The
        /// first is 50 ms, each further one twice as long. While nobody resolves anything, nothing is sent.
        ///
        /// A failed server is asked when all others are of no use, and then four times a second at most: in between, what it
        /// failed with is the answer.
        public var maximumBackoff: Duration = .seconds(5)

        /// Whether questions are counted for each nameserver in the metrics, too. Default `false`: a metrics backend keeps
        /// every dimension that it has seen, for ever, and servers that are looked up by name change their addresses.
        /// ``ServiceResolver/diagnostics()`` tells of each in any case.
        public var reportsEachNameserver = false

        /// The size of UDP answers to ask for, in bytes; `nil`, the default, is 4096 for a server on this machine and
        /// 1232 for others, where a larger datagram could be fragmented. Values outside of 1232...4096 are brought
        /// within it: below, no answer proves complete; above, Consul fails to send some.
        public var ednsPayloadSize: UInt16?

        /// How sockets are used.
        public var client = DNSClient.Configuration()

        /// The defaults.
        public init() {}
    }
}
