// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `consul-resolve bench NAME`
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast a service resolves.",
        discussion: """
            Each query is sent to Consul and its answer is decoded into endpoints. There is no cache, and queries do \
            not share answers.

            EXAMPLES:
              consul-resolve bench web --in-flight 64
              consul-resolve bench web --via http --queries 1000 --format json
            """
    )

    @Argument(help: "The service's name.")
    var name: String

    @OptionGroup var instances: InstanceOptions

    @Option(help: "The total number of queries.")
    var queries = 10_000

    @Option(name: .customLong("in-flight"), help: "The number of queries in flight at a time.")
    var inFlight = 1

    @Option(help: "udp or tcp, for DNS. Default: udp.")
    var transport: TransportChoice?

    @Option(help: "The source to query: dns or http.")
    var via = Via.dns

    @OptionGroup var server: ServerOptions

    @OptionGroup var http: HTTPOptions

    @Option(help: "text or json.")
    var format = ReportFormat.text

    func validate() throws {
        if via == .auto { throw ValidationError("--via must be dns or http: each is measured alone") }
        if transport != nil, via == .http {
            throw ValidationError("--transport is for DNS, and --via http uses no DNS server; leave one of them out")
        }
        if transport == .auto { throw ValidationError("--transport must be udp or tcp: each is measured alone") }
        _ = try instances.request(for: name, via: via)
        guard (1...100_000_000).contains(queries) else {
            throw ValidationError("--queries must be from 1 to 100000000")
        }
        guard (1...10_000).contains(inFlight) else { throw ValidationError("--in-flight must be from 1 to 10000") }
    }

    func run() async throws {
        let resolver = try server.resolver(via: via, http: http) { configuration in
            configuration.cache = nil
            configuration.dns.transport = (transport ?? .udp).configured
            // With one source and one transport, there is nothing to save time for.
            configuration.dns.attemptTimeout = configuration.timeout
            configuration.dns.client.coalescesQueries = false
            // A query that waits in a queue of the library would count as latency of Consul.
            configuration.dns.client.maximumInFlight = max(configuration.dns.client.maximumInFlight, inFlight)
            configuration.http.connections.control = max(configuration.http.connections.control, inFlight)
        }
        let request = try instances.request(for: name, via: via)
        // One query before the clock starts opens the socket and, with TCP, the connection. A service without endpoints
        // cannot be measured.
        let first = try await resolver.resolve(request)
        if let absence = first.absence(of: instances.description(of: name)) {
            throw Terminal.failure(absence, ExitStatus.of(first))
        }
        if let limit { Terminal.say(limit) }
        let measurement = try await Measurement.take(of: queries, inFlight: inFlight) {
            try await resolver.resolve(request).endpoints.count
        }
        try Terminal.output(measurement, as: format)
        if measurement.failures == queries { throw Terminal.failure("all \(queries) queries failed") }
    }

    /// The reason that fewer queries than `--in-flight` run at a time; `nil` if all of them run.
    private var limit: String? {
        if queries < inFlight { return "--in-flight \(inFlight) is more than --queries: \(queries) are in flight" }
        let isOverTCP = transport == .tcp
        // The limits of `DNSClient.Configuration.maximumInFlight`.
        let limit = isOverTCP ? 64 : 128
        switch via {
        case .http where inFlight > 200:
            return "by default, an agent accepts 200 connections from one address and resets the others "
                + "(limits.http_max_conns_per_client)"
        case .dns where inFlight > limit:
            return
                "\(limit) of \(inFlight) queries are in flight, the limit of one \(isOverTCP ? "connection" : "socket"); "
                + "the others wait in a queue, and that counts as latency"
        case .auto, .dns, .http:
            return nil
        }
    }
}
