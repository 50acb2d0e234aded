// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP
public import Logging
import NIOConcurrencyHelpers
import ResolverSupport
public import ServiceLifecycle

/// Registers a service with the local agent, keeps it registered, and deregisters it in an orderly way.
///
/// ```swift
/// let registrar = try ServiceRegistrar(consul, ServiceDescription(name: "web", port: 8080)) {
///     queue.isLong ? .warning("long queue") : .passing
/// }
/// let group = ServiceGroup(services: [server, registrar], gracefulShutdownSignals: [.sigterm], logger: logger)
/// ```
///
/// A `ServiceGroup` stops its services in reverse order: list the registrar after the server, so that callers have left
/// before the server stops.
///
/// - Heartbeats: a TTL check is renewed each third of its time to live, on connections that no other request delays.
/// - Presence: an agent that forgot the service, because it restarted for example, gets it again within one heartbeat,
///   whatever checks the service has; without a TTL check, within five seconds.
/// - Tokens: an agent tells the servers about a service and its checks with the token of the registration. The servers
///   refuse all of that once the token is deleted: the catalog keeps the last status of each check and, with Consul 1.8,
///   also a deregistered service. So the registrar registers the service again within one heartbeat, or at shutdown, when
///   the token was replaced (`TokenSource.file`, `TokenSource.provider`). Delete the old token after that.
/// - Outages: no failure of Consul ends ``run()``. The log reports when one begins and ends, and ``status`` names it.
/// - Shutdown: begins with graceful shutdown, with ``shutdown()``, or with cancellation. The service is put into
///   maintenance mode, which every kind of caller takes as critical; a consistent read confirms that; callers get time
///   to see it; requests in flight end; the service is deregistered. All of it ends within
///   ``Configuration/shutdownTimeout``. A service that another process has registered anew meanwhile, with the same id,
///   stays as it is.
public final class ServiceRegistrar: Service {
    /// The settings of a registrar.
    public struct Configuration: Sendable {
        /// The time for the whole shutdown. Default 20 s, at least 100 ms, at most a day. A third of it is for an agent
        /// that does not respond before draining begins.
        public var shutdownTimeout: Duration = .seconds(20)

        /// The time from the moment when the catalog lists the service as critical until callers have noticed. Default
        /// 1 s, for callers that watch the service. Callers that use DNS notice only when their records have expired.
        public var followersDelay: Duration = .seconds(1)

        /// Returns when the requests in flight have ended; called once on shutdown, when callers have noticed. Default
        /// `nil`. It is canceled when its time is over: the shutdown's, less a reserve of up to 3 s for deregistering.
        public var drain: (@Sendable () async -> Void)?

        /// The time after which the presence of a service without TTL checks is checked. Default 5 s, at least 100 ms,
        /// at most a day.
        package var presenceInterval: Duration = .seconds(5)

        /// Creates the default settings.
        public init() {}
    }

    private struct State: Sendable {
        var upkeep: Task<RegistrationUpkeep, Never>?
        /// The beginning of the shutdown.
        var shutdownBegan: Moment?
        /// The reason of the maintenance mode; `nil` outside of it.
        var maintenance: String?
    }

    /// The service.
    package let service: ServiceDescription

    /// A random text that differs for each registrar, in the service's metadata under the key `incarnation`. It tells an
    /// instance from an earlier one with the same id; HTTP checks send it as `X-Consul-Instance`.
    public let incarnation: String

    let configuration: Configuration
    let requests: RegistrationRequests
    let probe: HealthProbe?
    let log: RegistrationLog
    let broadcast = StateBroadcast(RegistrationStatus())
    private let state = NIOLockedValueBox(State())

    /// Creates a registrar, which sends no request before ``run()``.
    ///
    /// - Parameters:
    ///   - client: The client of the local agent. A service belongs to the agent that it was registered with.
    ///   - service: The service.
    ///   - configuration: The settings.
    ///   - logger: Logs registrations at `info`; outages, duplicates and repeated registrations at `warning`; denials and
    ///     invalid registrations at `error`, each when it begins and when it ends. Default `nil`.
    ///   - health: Returns the health of the instance, before each heartbeat; `nil`, the default, for an instance that
    ///     is passing while it runs. An error that it throws is critical. Half the time between heartbeats without a
    ///     result is a warning, and the whole time to live is critical. There is one call at a time.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for a description that Consul
    ///   would refuse or that cannot work, and for a health closure without a TTL check.
    public init(
        _ client: ConsulHTTPClient,
        _ service: ServiceDescription,
        configuration: Configuration = Configuration(),
        logger: Logger? = nil,
        health: (@Sendable () async throws -> ServiceHealth)? = nil
    ) throws(CoordinationError) {
        try service.validate()
        try configuration.validate()
        if health != nil, service.timeToLive == nil {
            throw CoordinationError(
                .invalidArgument,
                "service \"\(service.name)\": add a .ttl check, which carries the result of the health closure"
            )
        }
        self.service = service
        self.configuration = configuration
        let half = { String(UInt64.random(in: .min ... .max), radix: 16) }
        incarnation = half() + half()
        probe = health.map { HealthProbe(patience: service.timeToLive ?? .zero, $0) }
        log = RegistrationLog(logger, service: service)
        requests = RegistrationRequests(
            client: client,
            service: service,
            incarnation: incarnation,
            // A request that is under way when shutdown begins must leave most of the time.
            timeout: min(.seconds(5), configuration.shutdownTimeout / 4)
        )
    }

    /// The state of the registration.
    public var status: RegistrationStatus { broadcast.current }

    /// The state of the registration: the current one, and each later one until shutdown has ended. A slow iterator
    /// receives only the newest. Each access returns a sequence of its own, for one iterator.
    public var statuses: some AsyncSequence<RegistrationStatus, Never> & Sendable { broadcast.subscribe() }

    /// Registers the service and keeps it registered until shutdown, and carries out the shutdown. Call it once.
    ///
    /// - Throws: `CancellationError` after the shutdown, if the task was canceled; ``CoordinationError`` with
    ///   ``CoordinationError/Code/invalidArgument`` on a second call.
    public func run() async throws {
        let upkeep = try start()
        let outcome = await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await upkeep.value
            } onGracefulShutdown: {
                self.beginShutdown()
            }
        } onCancel: {
            beginShutdown()
        }
        // In a task of its own: a canceled task needs an orderly shutdown most of all.
        await Task { await withdraw(after: outcome, since: shutdownBegan) }.value
        try Task.checkCancellation()
    }

    /// Begins the shutdown, and returns when it has ended. For programs that stop their server themselves, after their
    /// callers have left. Repeated calls are harmless; a registrar that does not run is closed. A canceled caller does not
    /// wait.
    public func shutdown() async {
        if !beginShutdown() { broadcast.finish() }
        for await status in broadcast.subscribe() where status.phase == .ended { break }
    }

    /// Begins the maintenance mode: callers no longer get the instance, which stays registered. It lasts across
    /// registrations by this registrar, until ``leaveMaintenance()``.
    ///
    /// - Parameter reason: The reason, for people.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; the maintenance mode then begins with the next registration, if it has
    ///   not begun. ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` after shutdown began.
    ///   `CancellationError`.
    public func enterMaintenance(reason: String) async throws { try await setMaintenance(reason) }

    /// Ends the maintenance mode.
    ///
    /// - Throws: As ``enterMaintenance(reason:)``; after an error, the maintenance mode may go on.
    public func leaveMaintenance() async throws { try await setMaintenance(nil) }

    private func setMaintenance(_ reason: String?) async throws {
        let isOver = state.withLockedValue { state in
            if state.shutdownBegan == nil { state.maintenance = reason }
            return state.shutdownBegan != nil
        }
        guard !isOver else {
            throw CoordinationError(.invalidArgument, "the shutdown of service \"\(service.name)\" has begun")
        }
        // An agent that does not have the service yet answers 404; the registration comes with the maintenance mode.
        try await requests.client.setMaintenance(ofService: service.id, reason: reason)
    }

    // MARK: -

    /// The reason of the maintenance mode; `nil` outside of it.
    var maintenance: String? { state.withLockedValue { $0.maintenance } }

    private var shutdownBegan: Moment { state.withLockedValue { $0.shutdownBegan } ?? .now }

    private func start() throws(CoordinationError) -> Task<RegistrationUpkeep, Never> {
        let task: Task<RegistrationUpkeep, Never>? = state.withLockedValue { state in
            guard state.upkeep == nil, state.shutdownBegan == nil else { return nil }
            #if Tracing
            let task = Task { await RequestTracing.$isPaused.withValue(true) { await keep() } }
            #else
            let task = Task { await keep() }
            #endif
            state.upkeep = task
            return task
        }
        guard let task else {
            throw CoordinationError(.invalidArgument, "a registrar runs once; create another one")
        }
        return task
    }

    /// - Returns: False if the registrar does not run.
    @discardableResult
    private func beginShutdown() -> Bool {
        let upkeep = state.withLockedValue { state in
            state.shutdownBegan = state.shutdownBegan ?? .now
            return state.upkeep
        }
        upkeep?.cancel()
        return upkeep != nil
    }
}

extension ServiceRegistrar.Configuration {
    fileprivate func validate() throws(CoordinationError) {
        let day = Duration.seconds(86_400)
        for (name, time, least) in [
            ("shutdownTimeout", shutdownTimeout, Duration.milliseconds(100)),
            ("followersDelay", followersDelay, .zero),
            ("presenceInterval", presenceInterval, .milliseconds(100)),
        ] where time < least || time > day {
            throw CoordinationError(.invalidArgument, "\(name) is \(time), and has to be between \(least) and a day")
        }
    }
}
