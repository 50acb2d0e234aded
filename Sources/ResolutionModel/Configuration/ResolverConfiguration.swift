// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import ConsulHTTP
public import DNSWire
public import LoadBalancing
public import NetworkAddress

/// The settings of a `ServiceResolver`.
public struct ResolverConfiguration: Sendable {
    /// The longest time that a resolution may take. Default 2 s.
    public var timeout: Duration = .seconds(2)

    /// The sources to query: DNS, the HTTP API, or both. Default ``Strategy/automatic``.
    public var strategy = Strategy.automatic

    /// Settings for DNS.
    public var dns = DNS()

    /// Settings for the HTTP API. ``timeout`` applies to resolutions over HTTP, too.
    public var http = ConsulHTTPClient.Configuration()

    /// Settings of the cache. With `nil`, every lookup sends queries of its own, and does not receive an earlier
    /// answer. Followed services are not affected.
    public var cache: Cache? = Cache()

    /// The conditions for accepting that known endpoints are gone.
    public var hold = Hold()

    /// Settings for following services (`ConsulService.updates`).
    public var following = Following()

    /// The selection of one of a service's endpoints, for services without settings of their own.
    public var balancing = LoadBalancer.Configuration()

    /// Failover between a request and its alternatives.
    public var failover = Failover()

    /// Health probes of the endpoints of followed services. Default `nil`: no probes.
    public var probes: Probes?

    /// The file that keeps the last known endpoints, for a start without Consul. Default `nil`: no file.
    public var snapshot: Snapshot?

    /// Creates the default configuration: an agent on this machine.
    public init() {}
}

extension ResolverConfiguration {
    /// Settings for DNS.
    public struct DNS: Sendable {
        /// The transports of DNS queries.
        public enum Transport: String, Hashable, Sendable, CaseIterable {
            /// UDP first; TCP when the datagram does not prove that the answer is complete, and at once for a service
            /// with an answer that was too big before.
            case automatic
            /// Only UDP. Answers that Consul may have trimmed are marked as incomplete.
            case udp
            /// Only TCP.
            case tcp
        }

        /// The DNS ports of Consul agents, in order of preference. Default 127.0.0.1:8600.
        ///
        /// The order counts while the servers are comparably good: one that has failed comes last until it answers
        /// again, one that is much slower than another comes behind it.
        ///
        /// The system looks up host names, and looks them up again when no server of that name answers.
        public var nameservers: [HostPort] = [
            HostPort(host: .address(.v4(.loopback)), port: Nameserver.defaultPort)
        ]

        /// The domain that the agents serve (`domain` or `alt_domain` in Consul's configuration). Default `consul.`
        public var domain: DomainName = .consul

        /// The transports to use. Default ``Transport/automatic``.
        public var transport: Transport = .automatic

        /// The longest time for one server over one transport. Default 1 s; less when the time left has to suffice for
        /// several.
        public var attemptTimeout: Duration = .seconds(1)

        /// True to query the next nameserver, too, when one takes longer than it usually does: between 10 and 100 ms.
        /// Default `true`. It costs a query now and then, and saves the wait for a server that has died.
        public var hedging = true

        /// The longest pause between two probes of a failed nameserver. Default 5 s. The first pause is 50 ms, each
        /// further one twice as long. Probes are sent only while requests are being resolved.
        ///
        /// A failed server is queried when all others are of no use, and then at most four times a second. In between,
        /// its last failure is the result.
        package var maximumBackoff: Duration = .seconds(5)

        /// True to count queries for each nameserver in the metrics, too. Default `false`: a metrics backend keeps
        /// every dimension forever, and servers that are looked up by name change their addresses.
        /// `ServiceResolver.diagnostics()` has the counts of each nameserver in any case.
        public var reportsEachNameserver = false

        /// The size of UDP answers that queries advertise, in bytes; `nil`, the default, is 4096 for a server on this
        /// machine and 1232 for others, where a larger datagram could be fragmented. Values outside of 1232...4096 are
        /// clamped: below that, no answer proves complete; above it, Consul fails to send some.
        public var ednsPayloadSize: UInt16?

        /// Settings for the sockets.
        public var client = DNSClient.Configuration()

        /// Creates the default settings.
        package init() {}
    }
}

extension ResolverConfiguration {
    /// The sources to query: DNS, Consul's HTTP API, or both.
    public enum Strategy: String, Hashable, Sendable, CaseIterable {
        /// DNS first, then the HTTP API for what DNS cannot tell: the reason for an empty answer, instances that an
        /// answer may be missing, a name or a condition that DNS cannot carry, and every request while DNS does not
        /// answer. In a build without the package's trait `DNS`, the HTTP API alone.
        case automatic
        /// Only DNS.
        case dns
        /// Only the HTTP API.
        case http
    }

    /// Returns the configuration with a strategy that this build can carry out: without the package's trait `DNS`,
    /// ``Strategy/automatic`` is the HTTP API alone.
    ///
    /// - Throws: ``ConfigurationError`` for ``Strategy/dns`` in a build without the trait.
    package func withBuiltStrategy() throws(ConfigurationError) -> Self {
        #if DNS
        return self
        #else
        guard strategy != .dns else {
            let message = "this build has no DNS client; build the package with its trait DNS, or choose http"
            throw ConfigurationError(setting: "strategy", message: message)
        }
        var configuration = self
        configuration.strategy = .http
        return configuration
        #endif
    }
}

extension ResolverConfiguration {
    /// Settings for following services.
    public struct Following: Sendable {
        /// The least time between two queries about a polled service. Default 1 s: with Consul's own TTL of 0, polls
        /// would follow each other without a pause.
        public var minimumInterval: Duration = .seconds(1)

        /// The longest time between two queries, whatever the TTL. Default 60 s.
        public var maximumInterval: Duration = .seconds(60)

        /// Creates the default settings.
        package init() {}
    }
}

extension ResolverConfiguration {
    /// Settings for failover between the targets of a request: the request itself, and its alternatives
    /// (``ServiceRequest/alternatives``).
    public struct Failover: Sendable {
        /// The time for which every query to a preferred target has to find it good before traffic returns to it.
        /// Default 10 s.
        ///
        /// If the target is lost within a minute after that, or within the time that the wait took, the next wait is
        /// twice as long, up to 5 minutes. With zero, traffic returns at once, every time. Preferred targets are
        /// queried in the background of resolutions, at most once a second.
        public var failback: Duration = .seconds(10)

        /// Creates the default settings.
        package init() {}
    }
}

extension ResolverConfiguration.DNS {
    /// Validates the nameservers.
    ///
    /// - Throws: ``/ConsulHTTP/ConfigurationError`` for a nameserver with port 0, which c-ares would take for port 53.
    package func check() throws(ConfigurationError) {
        for (index, nameserver) in nameservers.enumerated() where nameserver.port == 0 {
            throw ConfigurationError(
                setting: "dns.nameservers[\(index)]",
                message: "\(nameserver) has port 0, which no server listens on; write a port from 1 to 65535"
            )
        }
    }
}

extension ResolverConfiguration.DNS {
    /// The payload size that a query advertises by EDNS (RFC 6891).
    package enum PayloadSize: Hashable, Sendable {
        /// The size that lookups use: the configured one over UDP, and no OPT record over TCP.
        case automatic
        /// No OPT record. Consul then sends at most three records.
        case none
        /// A size in bytes, at most `DNSQuery.maximumPayloadSize`.
        case bytes(UInt16)
    }
}
