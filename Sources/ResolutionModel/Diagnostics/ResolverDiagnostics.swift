// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS

/// The counts and the state of a resolver.
public struct ResolverDiagnostics: Hashable, Sendable {
    /// The size of the cache and the results of lookups in it.
    public var cache: Cache

    /// The queries sent over DNS and over HTTP.
    public var sources: Sources

    /// The state of each nameserver that has been queried. If names keep changing their addresses, only the latest
    /// 64 servers are listed.
    public var nameservers: [Server]

    package init(cache: Cache, sources: Sources, nameservers: [Server]) {
        self.cache = cache
        self.sources = sources
        self.nameservers = nameservers
    }
}

extension ResolverDiagnostics {
    /// The queries that the resolver has sent, by source.
    ///
    /// Queries for services are counted, and single queries of the command line.
    /// Repeated datagrams and retries over HTTP count as part of the query that they repeat. Queries for the addresses
    /// of targets, for the reasons of empty answers, and background probes of nameservers are not counted.
    public struct Sources: Hashable, Sendable {
        /// Queries over DNS by UDP.
        public var udp: Queries

        /// Queries over DNS by TCP.
        public var tcp: Queries

        /// Queries over the HTTP API.
        public var http: Queries

        /// The requests of watches: blocking queries, and the plain reads beside them.
        public var watches: Queries

        /// Answers over TCP to queries that a datagram had not answered conclusively.
        package var escalationsToTCP: Int

        /// Queries over HTTP after DNS was not conclusive: DNS was silent, its answer may have been incomplete, or it
        /// was empty without a reason.
        package var escalationsToHTTP: Int

        /// True if DNS was silent about every request a moment ago, and is skipped for now. Always false with a
        /// strategy other than ``ResolverConfiguration/Strategy/automatic``, since a single source is never
        /// skipped.
        public var isDNSSilent: Bool

        /// True if the HTTP API was silent about every request a moment ago, and is skipped for now. The strategy
        /// counts as for ``isDNSSilent``.
        public var isHTTPSilent: Bool

        package init(
            udp: Queries,
            tcp: Queries,
            http: Queries,
            watches: Queries,
            escalationsToTCP: Int,
            escalationsToHTTP: Int,
            isDNSSilent: Bool,
            isHTTPSilent: Bool
        ) {
            self.udp = udp
            self.tcp = tcp
            self.http = http
            self.watches = watches
            self.escalationsToTCP = escalationsToTCP
            self.escalationsToHTTP = escalationsToHTTP
            self.isDNSSilent = isDNSSilent
            self.isHTTPSilent = isHTTPSilent
        }
    }
}

extension ResolverDiagnostics {
    /// The numbers of queries by outcome. A query whose caller was canceled before its end is not counted.
    public struct Queries: Hashable, Sendable {
        /// Answers about the service, "there is no such service" included.
        public var answered = 0

        /// Queries without an answer in time.
        package var timedOut = 0

        /// Refused or reset connections, and unreachable servers; over HTTP also untrusted certificates.
        package var connectionFailed = 0

        /// SERVFAIL responses, or a status of 5xx: Consul has no leader, no servers, or cannot reach the datacenter.
        package var serverFailure = 0

        /// REFUSED responses, or over HTTP a token without permission.
        package var refused = 0

        /// Malformed responses, and responses that do not answer the query.
        package var malformed = 0

        /// All other outcomes: other response codes and statuses, and queries that could not be sent.
        package var other = 0

        /// No queries.
        package init() {}

        /// The sum of all outcomes.
        public var total: Int {
            answered + timedOut + connectionFailed + serverFailure + refused + malformed + other
        }
    }
}

extension ResolverDiagnostics {
    /// The state of one nameserver.
    public struct Server: Hashable, Sendable {
        /// The address and port of the nameserver.
        public var server: Nameserver

        /// The outcomes of queries to this server, over UDP and TCP.
        public var queries: Queries

        /// Answers over TCP to queries that a datagram had not answered conclusively.
        package var escalations: Int

        /// Hedges: queries to this server while another server was late.
        package var hedgesSent: Int

        /// Hedges in which this server answered first.
        package var hedgesWon: Int

        /// Background probes for recovery. They are not among ``queries``.
        package var probes: Int

        /// The smoothed round-trip time; `nil` before the first answer.
        public var roundTrip: Duration?

        /// True if the server is considered dead: it is queried last, and by one resolution at a time.
        public var isFailed: Bool

        /// The time until the next background probe; `nil` if the server needs none.
        package var pause: Duration?

        package init(
            server: Nameserver,
            queries: Queries,
            escalations: Int,
            hedgesSent: Int,
            hedgesWon: Int,
            probes: Int,
            roundTrip: Duration? = nil,
            isFailed: Bool,
            pause: Duration? = nil
        ) {
            self.server = server
            self.queries = queries
            self.escalations = escalations
            self.hedgesSent = hedgesSent
            self.hedgesWon = hedgesWon
            self.probes = probes
            self.roundTrip = roundTrip
            self.isFailed = isFailed
            self.pause = pause
        }
    }
}
