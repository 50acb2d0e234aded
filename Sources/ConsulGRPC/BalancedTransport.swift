// SPDX-License-Identifier: Apache-2.0

#if GRPC

public import ConsulResolver
public import GRPCCore
import LoadBalancing
import NIOConcurrencyHelpers
import NetworkAddress
import ResolutionModel
import Synchronization

/// A transport of grpc-swift that sends each call to an endpoint that a service's balancer picks.
///
/// ```swift
/// let web = resolver.service("web", policy: .leastOutstanding, updating: .watch)
/// try await withGRPCClient(transport: try .consul(web, transportSecurity: .plaintext)) { client in
///     let greeter = Greeter.Client(wrapping: client)
///     print(try await greeter.sayHello(.with { $0.name = "Consul" }))
/// }
/// ```
///
/// There is one transport, and so one connection, for each endpoint in use. Weights, priorities, ejection and all
/// policies of `LoadBalancer` apply to calls of every kind. A call counts as under way until its status has arrived, and
/// its outcome is reported then: statuses for which the request is responsible (`INVALID_ARGUMENT`, `NOT_FOUND`) are
/// answers, `RESOURCE_EXHAUSTED` is overload, `DEADLINE_EXCEEDED` is a timeout, cancellation counts neither for nor
/// against the endpoint, and other statuses except `OK` are failures. Latency is the time until the response begins. For
/// methods that stream requests it does not count.
///
/// - *Endpoints that join* are connected to at once (the first 64 of a service; the others with their first call).
/// - *Endpoints that leave* get no further call. Their connections are closed when the calls under way have ended.
/// - *While Consul cannot be queried*, calls go on to the endpoints that it named last.
/// - *If no connection comes about*, the call goes to another endpoint, five at most. The endpoints never see such a
///   call, so this is safe for calls that must not be sent twice. Calls that have been sent are sent again only by the
///   retry policy of the service config.
/// - *If there is no endpoint*, calls fail with the code `unavailable`. With `waitForReady`, a call waits until it can
///   be sent or its deadline has passed.
///
/// A transport is used by one client, and cannot be connected a second time. ``beginGracefulShutdown()`` lets calls
/// under way finish; canceling the task of ``connect()`` ends them. The transport does not shut the resolver down.
public final class BalancedTransport<Base: ClientTransport>: ClientTransport {
    /// The bytes of messages.
    public typealias Bytes = Base.Bytes

    /// The throttle of retries, by the service config. All endpoints share it.
    public let retryThrottle: RetryThrottle?

    private let service: ConsulService
    private let makeTransport: @Sendable (Endpoint) throws -> Base
    private let methods: [MethodConfig.Name: MethodConfig]
    private let table = NIOLockedValueBox(ConnectionTable<Base>())
    private let isConnected = Atomic<Bool>(false)
    /// An element for connections to run, and the end of the sequence for the end of the transport.
    private let additions = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let shutdown = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Creates a transport that makes its connections with a closure. For HTTP/2 over NIO there is
    /// `.consul(_:transportSecurity:)`.
    ///
    /// - Parameters:
    ///   - service: The service, with its policy and its mode of detecting changes. With `.watch`, calls follow a change
    ///     within milliseconds.
    ///   - serviceConfig: The settings of methods, such as timeouts and retries. Its load balancing config is ignored.
    ///   - makeTransport: Returns a transport to one endpoint. An error that it throws is the error of the call.
    public init(
        _ service: ConsulService,
        serviceConfig: ServiceConfig = ServiceConfig(),
        makeTransport: @escaping @Sendable (Endpoint) throws -> Base
    ) {
        self.service = service
        self.makeTransport = makeTransport
        retryThrottle = serviceConfig.retryThrottling.map { RetryThrottle(policy: $0) }
        let named = serviceConfig.methodConfig.flatMap { config in config.names.map { ($0, config) } }
        methods = Dictionary(named) { $1 }
    }

    /// Returns the settings of a method: its own, else those of its service, else those of all methods.
    public func config(forMethod descriptor: MethodDescriptor) -> MethodConfig? {
        let service = descriptor.service.fullyQualifiedService
        return methods[MethodConfig.Name(service: service, method: descriptor.method)]
            ?? methods[MethodConfig.Name(service: service)] ?? methods[MethodConfig.Name(service: "")]
    }

    // MARK: Connections

    /// Follows the service and keeps the connections, until ``beginGracefulShutdown()`` has been called and the calls
    /// under way have ended. Canceling the task closes all connections, and returns.
    ///
    /// - Throws: `RPCError` with the code `failedPrecondition` if the transport has been connected before.
    public func connect() async throws {
        guard !isConnected.exchange(true, ordering: .relaxed) else {
            throw RPCError(code: .failedPrecondition, message: "the transport has been connected before")
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.follow() }
            // The handler is set inside the group so that connections are told to close before their tasks are canceled:
            // a channel of grpc-swift that is only canceled forgets the calls that wait for it.
            await withTaskCancellationHandler {
                for await _ in additions.stream { start(in: &group) }
            } onCancel: {
                beginGracefulShutdown()
            }
            start(in: &group)
        }
        beginGracefulShutdown()
    }

    /// Closes the transport: new calls fail with the code `failedPrecondition`, and calls under way go on.
    public func beginGracefulShutdown() {
        let connections = table.withLockedValue { $0.close() }
        for connection in connections { connection.beginGracefulShutdown() }
        additions.continuation.finish()
        shutdown.continuation.finish()
    }

    private func start(in group: inout DiscardingTaskGroup) {
        for ticket in table.withLockedValue({ $0.takeUnstarted() }) {
            group.addTask {
                // The calls over this connection have errors of their own.
                try? await ticket.connection.connect()
                self.table.withLockedValue { $0.remove(ticket) }
            }
        }
    }

    /// Applies the service's updates until the transport is shut down.
    private func follow() async {
        await withTaskGroup { group in
            group.addTask {
                for await resolution in self.service.updates { self.apply(resolution) }
            }
            group.addTask {
                for await _ in self.shutdown.stream {}
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func apply(_ resolution: Resolution) {
        let endpoints: [Endpoint]
        switch resolution.outcome {
        case .endpoints(let named): endpoints = named
        case .empty: endpoints = []
        // Nothing is known, so that the connections may still be of use.
        case .unknown: return
        }
        let departed = table.withLockedValue { $0.list(endpoints.lazy.map(\.hostPort)) }
        for connection in departed { connection.beginGracefulShutdown() }
        for endpoint in endpoints.preferred.prefix(Self.mostEarlyConnections) {
            guard table.withLockedValue({ $0.lacks(endpoint.hostPort) }) else { continue }
            // A call to the endpoint would get the error.
            _ = try? add(makeTransport(endpoint), to: endpoint, isForCall: false)
        }
    }

    /// The number of endpoints that are connected to before they get a call.
    private static var mostEarlyConnections: Int { 64 }

    private func add(_ transport: Base, to endpoint: Endpoint, isForCall: Bool) -> ConnectionTable<Base>.Lookup {
        defer { additions.continuation.yield() }
        return table.withLockedValue { $0.add(transport, to: endpoint.hostPort, isForCall: isForCall) }
    }

    private func beginCall(to endpoint: Endpoint) throws -> ConnectionTable<Base>.Ticket {
        var lookup = table.withLockedValue { $0.beginCall(to: endpoint.hostPort) }
        if case .missing = lookup { lookup = add(try makeTransport(endpoint), to: endpoint, isForCall: true) }
        guard case .found(let ticket) = lookup else { throw RPCError.isShuttingDown }
        return ticket
    }

    private func endCall(_ ticket: ConnectionTable<Base>.Ticket) {
        table.withLockedValue { $0.endCall(ticket) }?.beginGracefulShutdown()
    }

    // MARK: Calls

    /// Opens a stream to the endpoint that the balancer picks, and passes it to the closure.
    ///
    /// - Throws: The errors of the closure. If no stream could be opened, `RPCError` with the code `unavailable`, or
    ///   `failedPrecondition` after ``beginGracefulShutdown()`` and after the resolver's shutdown; `CancellationError`
    ///   if the task is canceled before that.
    public func withStream<T: Sendable>(
        descriptor: MethodDescriptor,
        options: CallOptions,
        _ closure: (_ stream: RPCStream<Inbound, Outbound>, _ context: ClientContext) async throws -> T
    ) async throws -> T {
        var attempts = StreamAttempts(waitsForReady: options.waitForReady ?? false)
        var options = options
        // A single endpoint is not worth waiting for: this transport waits for one of all.
        options.waitForReady = false
        var failure: RPCError?
        while true {
            guard !table.withLockedValue({ $0.isClosed }) else { throw RPCError.isShuttingDown }
            let action: StreamAttempts.Action
            do {
                let lease = try await pick(excluding: attempts.excluded)
                if attempts.excluded.contains(lease.endpoint.hostPort) {
                    lease.finish(.neutral)
                    action = attempts.hasNoEndpoint()
                } else {
                    switch try await use(lease, descriptor, options, closure) {
                    case .used(let output): return output
                    case .notOpened(let error):
                        failure = error
                        action = attempts.cannotConnect(to: lease.endpoint.hostPort)
                    }
                }
            } catch let error as PickError {
                failure = failure ?? RPCError(error, of: service)
                action = error.code == .closed ? .fail : attempts.hasNoEndpoint()
            }
            switch action {
            case .tryAgain: break
            case .wait(let pause):
                try await Task.sleep(for: pause)
                failure = nil
            case .fail:
                throw failure ?? RPCError(code: .unavailable, message: "no endpoint of \(service.request) is left")
            }
        }
    }

    private func pick(excluding excluded: [HostPort]) async throws -> SharedLease {
        do {
            try await service.ready()
        } catch let error where !(error is CancellationError) {
            throw RPCError(error, of: service)
        }
        return SharedLease(try service.pick(PickOptions(excluded: excluded)))
    }

    private enum Use<Output> {
        case used(Output)
        /// No stream was opened: the endpoint has not seen the call.
        case notOpened(RPCError)
    }

    /// Runs a call on the endpoint of a lease.
    private func use<T: Sendable>(
        _ lease: SharedLease,
        _ descriptor: MethodDescriptor,
        _ options: CallOptions,
        _ closure: (_ stream: RPCStream<Inbound, Outbound>, _ context: ClientContext) async throws -> T
    ) async throws -> Use<T> {
        let call = ObservedCall(lease, of: descriptor, timeout: options.timeout)
        defer { call.end() }
        let ticket = try beginCall(to: lease.endpoint)
        defer { endCall(ticket) }
        var isOpen = false
        do {
            let output = try await ticket.connection.withStream(descriptor: descriptor, options: options) {
                stream,
                context in
                isOpen = true
                return try await closure(call.observing(stream), context)
            }
            return .used(output)
        } catch let error as RPCError where !isOpen && !Task.isCancelled && error.isOfConnection {
            // A connection that is closed because its endpoint has left says nothing about the endpoint.
            let hasLeft = !table.withLockedValue { $0.contains(ticket) }
            lease.finish(hasLeft ? .neutral : .failure(.connect))
            return .notOpened(error)
        }
    }
}

extension RPCError {
    /// Creates the error of a call for which there is no endpoint.
    fileprivate init(_ error: any Error, of service: ConsulService) {
        let code: Code =
            switch error {
            case let error as PickError where error.code == .closed: .failedPrecondition
            case is ConsulNameError, is ServiceRequestError: .invalidArgument
            default: .unavailable
            }
        self.init(code: code, message: "no endpoint of \(service.request): \(error)", cause: error)
    }

    fileprivate static let isShuttingDown = RPCError(
        code: .failedPrecondition,
        message: "the transport is shutting down"
    )

    /// True for the errors of a transport that cannot open a stream, or no longer.
    fileprivate var isOfConnection: Bool { code == .unavailable || code == .failedPrecondition }
}

#endif
