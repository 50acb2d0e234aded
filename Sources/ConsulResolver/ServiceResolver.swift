// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
package import ConsulHTTP
public import CoreMetrics
import EndpointProbing
public import Logging
import NIOConcurrencyHelpers
import ResolutionCache
import ResolutionFailover
public import ResolutionModel
import ResolutionSnapshot
import ResolutionSources
package import ResolverSupport

/// A resolver of the healthy instances of Consul services.
///
/// ```swift
/// let resolver = try ServiceResolver()
/// let resolution = try await resolver.resolve("web")
/// for endpoint in resolution.endpoints { print(endpoint.authority) }
/// ```
///
/// Queries go over DNS, and over Consul's HTTP API for what DNS cannot tell; see
/// ``/ResolutionModel/ResolverConfiguration/strategy``.
///
/// Keep one for the life of the process: it owns the sockets, and a thread that sleeps while no query is under way. Its
/// methods may be called from any task or thread. A resolver without references to it shuts itself down. In a
/// `ServiceGroup`, it runs until graceful shutdown (``run()``).
public final class ServiceResolver: Sendable {
    /// The settings of a resolver, with their defaults.
    public typealias Configuration = ResolverConfiguration

    let configuration: Configuration
    let dns: DNSSource
    let http: HTTPSource
    let escalation: EscalatingSource
    /// The innermost source, if that is not Consul. DNS and HTTP are then unused.
    let standIn: (any StandInSource)?
    let cache: CachingSource
    /// The chain that every lookup passes: failover, the cache, the escalation from DNS to HTTP.
    let failover: FailoverSource
    #if Tracing
    let tracing: RequestTracing
    /// The chain for lookups. With a tracer, each has a span.
    private let lookups: any ResolutionSource
    #else
    private var lookups: FailoverSource { failover }
    #endif
    let followers = TaskRegistry()
    let time: TimeSource
    let chance: @Sendable () -> Double
    let probePlan: ProbePlan?
    let logger: Logger
    /// The logger's handler, for the level that every lookup reads: the logger has it in a variable of an object, each
    /// use of which is checked and copies the handler.
    private let logHandler: any LogHandler
    /// True if log messages may have the metadata of ``LogContext``.
    let providesLogContext: Bool
    /// Sequences of this end when a shutdown has ended.
    let ending = StateBroadcast(false)
    private let client: DNSClient

    /// Creates a resolver that is configured by the environment: `CONSUL_DNS_ADDR` for DNS, 127.0.0.1:8600 by default,
    /// and Consul's own variables for HTTP, 127.0.0.1:8500 by default.
    ///
    /// - Throws: ``/ConsulHTTP/ConfigurationError`` for an invalid variable, `ConsulHTTPError` for certificates that
    ///   are missing from their files, `DNSClientError` when the system has no threads or file descriptors left.
    public convenience init() throws {
        try self.init(configuration: .fromProcessEnvironment())
    }

    /// Creates a resolver with a configuration.
    ///
    /// The names of all metrics begin with `consul.resolver.`. No metric has a service or an endpoint among its
    /// dimensions:
    ///
    /// - Counters `cache.hits`, `cache.negative`, `cache.stale`, `cache.misses`, `cache.coalesced`, `cache.refreshes`,
    ///   `cache.evictions` and `cache.held`, the meter `cache.size`, the timers `cache.stale.age` (the greatest since
    ///   the last report) and `cache.refresh.lag` (if there was one), as in
    ///   ``/ResolutionModel/ResolverDiagnostics/Cache``.
    /// - The counter `queries` by `way` (`dns-udp`, `dns-tcp`, `http`, `http-watch`) and `outcome`, as in
    ///   ``/ResolutionModel/ResolverDiagnostics/Queries``; `escalations` by their destination `to` (`dns-tcp`, `http`);
    ///   `hedges.sent` and `hedges.won`.
    /// - The timer `question.duration` by `outcome` (`endpoints`, `empty`, `unknown`): one fetch, over all sources that
    ///   it used.
    /// - If ``/ResolutionModel/ResolverConfiguration/DNS/reportsEachNameserver`` is set, the counter
    ///   `nameserver.queries` by `server` and `outcome`.
    ///
    /// A report of each hit would cost more than the hit. The counts of lookups are reported when a fetch for the same
    /// request has ended, and by ``diagnostics()`` and ``shutdown()``. For a service with many lookups, that is about a
    /// TTL late; for one that is watched and does not change, call ``diagnostics()`` from time to time.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: Receives the events of resolutions, at `debug` and below, and faults of the snapshot's file. By
    ///     default, logs are discarded.
    ///   - metrics: The factory of the metrics; by default that of `MetricsSystem`, which has to be bootstrapped
    ///     before.
    /// - Throws: `DNSClientError` with the code `outOfResources` when the system has no threads or file descriptors
    ///   left, and `ConsulHTTPError` with that code if the strategy is `.http` or there are probes: otherwise the first
    ///   HTTP request needs descriptors for event loops. `ConsulHTTPError` for certificates that are missing from their
    ///   files, ``/ConsulHTTP/ConfigurationError`` for invalid settings.
    public convenience init(
        configuration: Configuration,
        logger: Logger? = nil,
        metrics: (any MetricsFactory)? = nil
    ) throws {
        try self.init(configuration: configuration, logger: logger, metrics: metrics, time: .continuous)
    }

    /// Creates a resolver of answers that do not come from Consul. The layers above them are the usual ones: cache, holds,
    /// failover, following and balancing.
    ///
    /// - Parameters:
    ///   - standIn: The source of the answers, which is closed when the resolver shuts down.
    ///   - time: The clock for the times at which an answer is cached, held or fetched again.
    ///   - chance: Returns the numbers in 0..<1 that vary such times.
    package convenience init(
        over standIn: any StandInSource,
        configuration: Configuration,
        logger: Logger? = nil,
        time: TimeSource,
        chance: @escaping @Sendable () -> Double
    ) throws {
        try self.init(configuration: configuration, logger: logger, over: standIn, time: time, chance: chance)
    }

    /// - Parameters:
    ///   - standIn: The source of answers in place of DNS and HTTP.
    ///   - time: The clock for the times at which an answer is cached, held or fetched again.
    ///   - chance: Returns the numbers in 0..<1 that vary such times.
    ///   - tracing: The tracer of lookups and requests.
    package init(
        configuration: Configuration,
        logger: Logger?,
        metrics: (any MetricsFactory)? = nil,
        over standIn: (any StandInSource)? = nil,
        time: TimeSource,
        chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        tracing: RequestTracing = RequestTracing()
    ) throws {
        let configuration = try configuration.withCheckedTimes().withBuiltStrategy()
        self.configuration = configuration
        self.standIn = standIn
        self.time = time
        self.chance = chance
        try configuration.cache?.check()
        try configuration.dns.check()
        do { try configuration.balancing.check() } catch {
            throw ConfigurationError(setting: "balancing.\(error.property)", message: error.message)
        }
        self.logger = logger ?? Logger(label: "consul-resolver") { _ in SwiftLogNoOpLogHandler() }
        logHandler = self.logger.handler
        providesLogContext = (logger?.metadataProvider ?? LoggingSystem.metadataProvider) != nil
        probePlan = try configuration.probes.map { probes throws(ConfigurationError) in try ProbePlan(probes) }
        let metrics = metrics ?? MetricsSystem.factory
        let counters = LookupCounters(
            LookupMetrics(metrics),
            servers: configuration.dns.reportsEachNameserver ? ServerMetrics(metrics) : nil
        )
        let stored =
            try configuration.snapshot.map { [logger = self.logger] snapshot throws(ConfigurationError) in
                try SnapshotFile(path: snapshot.path).load(noOlderThan: snapshot.maximumAge, logger: logger)
            } ?? [:]
        // With DNS first, most processes need no event loop, and the first HTTP request starts them.
        let asksHTTPFirst = configuration.strategy == .http && standIn == nil
        if asksHTTPFirst || probePlan != nil { try EventLoops.start() }
        http = HTTPSource(
            client: try ConsulHTTPClient(
                unstarted: configuration.http,
                logger: logger,
                onWatchRequest: { counters.watched($0) },
                tracing: tracing
            ),
            domain: configuration.dns.domain,
            counters: counters,
            datacenters: KnownDatacenters(stored.keys.compactMap(\.locality.datacenter))
        )
        client = try DNSClient(configuration: configuration.dns.client)
        dns = DNSSource(client: client, configuration: configuration.dns, time: time, counters: counters)
        escalation = EscalatingSource(dns: dns, http: http, configuration: configuration, time: time)
        cache = CachingSource(
            over: standIn ?? escalation,
            configuration: configuration,
            time: time,
            recalling: stored,
            chance: chance,
            counters: CacheCounters(CacheMetrics(metrics)),
            logger: self.logger
        )
        failover = FailoverSource(
            configuration: configuration,
            over: cache,
            targets: EntrySource(cache, isPatient: true),
            time: time
        )
        #if Tracing
        self.tracing = tracing
        lookups = TracedSource.tracing(failover, by: tracing)
        #endif
    }

    /// Resolves the healthy instances of a service.
    ///
    /// The result is in ``/ResolutionModel/Resolution/outcome``: endpoints, empty or unknown. Errors are thrown only
    /// when no query could be sent.
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - tag: A tag that the instances have to have.
    ///   - locality: The locality of the instances; the agent's own datacenter by default.
    ///   - timeout: The longest time for the call; ``/ResolutionModel/ResolverConfiguration/timeout`` by default.
    /// - Throws: `ConsulNameError` for a name that is empty or, with
    ///   ``/ResolutionModel/ResolverConfiguration/Strategy/dns``, that DNS cannot carry; `CancellationError` as soon as
    ///   the task is canceled; `DNSClientError` or `ConsulHTTPError` with the code `closed` after ``shutdown()``.
    nonisolated(nonsending) public func resolve(
        _ service: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        timeout: Duration? = nil
    ) async throws -> Resolution {
        guard tag == nil, locality.isLocal else {
            return try await resolve(
                ServiceRequest(service, tags: tag.map { [$0] } ?? [], in: locality),
                timeout: timeout
            )
        }
        if let known = hit(service) { return known }
        return try await lookUp(ServiceRequest(service), timeout: timeout)
    }

    /// Resolves the healthy instances of a service in the agent's own datacenter, as
    /// ``resolve(_:tag:in:timeout:)`` does.
    ///
    /// Inlined into the caller, so that an answer from memory needs no asynchronous call, and makes and copies no
    /// locality: these take longer than the rest.
    ///
    /// - Throws: The errors of ``resolve(_:tag:in:timeout:)``.
    @inlinable
    nonisolated(nonsending) public func resolve(_ service: String) async throws -> Resolution {
        if let known = hit(service) { return known }
        return try await resolve(service, timeout: nil)
    }

    /// Returns the answer about a service if memory has it.
    @usableFromInline
    func hit(_ service: String) -> Resolution? {
        let known = cache.hit(named: service)
        if isVerbose, let known { log(ServiceRequest(service), known) }
        return known
    }

    /// Resolves the instances of a service that meet further conditions, or those behind something else that Consul can
    /// name: mesh proxies, an ingress gateway, a prepared query.
    ///
    /// - Parameters:
    ///   - request: The service, and the conditions.
    ///   - timeout: The longest time for the call; ``/ResolutionModel/ResolverConfiguration/timeout`` by default.
    /// - Throws: The errors of ``resolve(_:tag:in:timeout:)``; ``/ResolutionModel/ServiceRequestError`` for a request
    ///   that is invalid, or that the configured strategy cannot carry.
    nonisolated(nonsending) public func resolve(_ request: ServiceRequest, timeout: Duration? = nil) async throws
        -> Resolution
    {
        var known = Resolution.nothingYet
        guard cache.copyHit(request, into: &known) else { return try await lookUp(request, timeout: timeout) }
        log(request, known)
        return known
    }

    /// Resolves a request through the chain.
    private func lookUp(_ request: ServiceRequest, timeout: Duration?) async throws -> Resolution {
        let deadline = Deadline(in: timeout ?? configuration.timeout)
        let resolution =
            if providesLogContext {
                try await LogContext.withService("\(request)") {
                    try await lookups.resolve(request, deadline: deadline)
                }
            } else {
                try await lookups.resolve(request, deadline: deadline)
            }
        log(request, resolution)
        return resolution
    }

    /// Shuts the resolver down: waiting lookups throw an error with the code `closed`, iterations of
    /// ``ConsulService/updates`` end, and picks throw `PickError` with the code `closed`. When this returns,
    /// connections are closed and the thread has ended.
    ///
    /// It returns within six seconds, even if a file system, a server, or a closure that provides tokens and ignores
    /// its cancellation hangs. Such work is left behind, which is logged at `warning`. Canceling the task does not end
    /// the shutdown early.
    public func shutdown() async {
        await shutdown(waitingAtMost: .seconds(2))
    }

    /// - Parameter limit: The longest wait for each of three parts.
    func shutdown(waitingAtMost limit: Duration) async {
        await wait(for: "the tasks that follow services", atMost: limit) { [followers, failover] in
            await followers.shutdown()
            await failover.shutdown()
        }
        await wait(for: "the connections to Consul", atMost: limit) { [standIn, http, dns, client, cache] in
            // Fetches end with the errors of closed clients.
            standIn?.close()
            async let http: Void = http.client.shutdown()
            await dns.shutdown()
            await client.shutdown()
            await http
            await cache.waitForFetches()
        }
        if configuration.snapshot != nil {
            await wait(for: "the snapshot's file", atMost: limit) { [cache] in await cache.closeSnapshot() }
        }
        cache.removeAll()
        ending.finish()
    }

    private func wait(
        for part: String,
        atMost limit: Duration,
        _ work: @escaping @Sendable () async -> Void
    ) async {
        guard await !BoundedTask.wait(atMost: limit, for: work) else { return }
        logger.warning("a part hangs; the shutdown goes on without it", metadata: ["consul.part": "\(part)"])
    }

    private var isVerbose: Bool { logHandler.logLevel <= .debug }

    private func log(_ request: ServiceRequest, _ resolution: Resolution) {
        guard isVerbose else { return }
        var metadata: Logger.Metadata = ["consul.service": "\(request)", "consul.source": "\(resolution.source)"]
        if let alternative = resolution.alternative { metadata["consul.alternative"] = "\(alternative)" }
        switch resolution.outcome {
        case .endpoints(let endpoints):
            metadata["consul.endpoints"] = "\(endpoints.count)"
            metadata["consul.complete"] = "\(resolution.isComplete)"
        case .empty(let reason):
            metadata["consul.endpoints"] = "0"
            if let reason { metadata["consul.reason"] = "\(reason)" }
        case .unknown(let failure):
            metadata["consul.failure"] = "\(failure)"
        }
        logger.debug("resolved", metadata: metadata)
    }
}
