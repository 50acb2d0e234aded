// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP
public import Logging
import NIOConcurrencyHelpers
import ResolverSupport
public import ServiceLifecycle

/// A candidate in the election of a leader. One of all candidates with the same key leads at a time.
///
/// ```swift
/// let election = try LeaderElection(consul, key: "service/billing/leader", LockOptions(timeToLive: .seconds(15))) {
/// term in try await sendInvoices(fencedBy: term.number) } let group = ServiceGroup(services: [election],
/// gracefulShutdownSignals: [.sigterm], logger: logger)
/// ```
///
/// The session that holds the key is the leader's. A leader that cannot renew its session is no leader in time before
/// another is elected (``ConsulHTTP/ConsulHTTPClient/withLock(_:_:_:)``): its body is canceled, and its end is awaited
/// before the key is released.
///
/// Outages of Consul end no candidacy, and neither does a request of the body that fails because Consul could not be
/// asked or denied it: the error, if the body throws it, ends the term, and the candidate campaigns again after a
/// pause. So a body needs no `catch` for its requests, unless it wants to stay the leader.
///
/// A candidate may depend on its health: with ``SessionOptions/serviceChecks``, Consul itself ends the leadership of an
/// instance when its check becomes critical, and the candidate campaigns again until the check passes; with ``Gate``, a
/// closure of the program decides.
public final class LeaderElection: Service {
    /// The time in which a candidate leads.
    public struct Term: Sendable, Equatable {
        let lock: HeldLock

        /// Returns true for the same term.
        public static func == (first: Term, second: Term) -> Bool {
            first.number == second.number && first.session == second.session
        }

        /// The number of the term, which grows from leader to leader: the fencing token of its lock
        /// (``HeldLock/fencingToken``).
        public var number: UInt64 { lock.fencingToken }

        /// The session of the leader.
        package var session: String { lock.session }

        /// True while the candidate leads (``HeldLock/isHeld``).
        package var isHeld: Bool { lock.isHeld }

        /// Checks that the candidate leads. Sends no request.
        ///
        /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/lost``.
        public func checkHeld() throws(CoordinationError) { try lock.checkHeld() }

        /// Applies a transaction only if the candidate still leads.
        ///
        /// - Parameter operations: The operations, as for ``HeldLock/commit(_:)``.
        /// - Returns: The entries of the operations that return one, in order.
        /// - Throws: As ``HeldLock/commit(_:)``.
        @discardableResult
        public func commit(_ operations: [KeyValueTransaction.Operation]) async throws -> [KeyValueEntry] {
            try await lock.commit(operations)
        }

        /// Replaces the value that observers see.
        ///
        /// - Throws: As ``HeldLock/setValue(_:)``.
        public func publish(_ value: [UInt8]) async throws { try await lock.setValue(value) }
    }

    /// A condition for a candidacy.
    public struct Gate: Sendable {
        let interval: Duration
        let isOpen: @Sendable () async -> Bool

        /// Creates a condition that a closure decides. It is asked before each campaign, and regularly while the
        /// candidate leads: a leader resigns when its gate closes.
        ///
        /// - Parameters:
        ///   - interval: The time between two calls. Default 5 seconds, at least 100 milliseconds.
        ///   - isOpen: Returns true if this candidate may lead.
        public init(interval: Duration = .seconds(5), _ isOpen: @escaping @Sendable () async -> Bool) {
            self.interval = max(interval, .milliseconds(100))
            self.isOpen = isOpen
        }
    }

    /// The key of the election.
    package let key: String

    private let client: ConsulHTTPClient
    private let options: LockOptions
    private let gate: Gate?
    private let logger: Logger?
    private let body: @Sendable (Term) async throws -> Void
    private let current = StateBroadcast<Term?>(nil)
    private let stop = NIOLockedValueBox<(@Sendable () -> Void)?>(nil)

    /// Creates a candidate, which sends no request before ``run()``.
    ///
    /// - Parameters:
    ///   - client: The client of an agent.
    ///   - key: The key of the election.
    ///   - options: The properties of the lock. Its value is what observers see of the leader, such as its address; its
    ///     time to wait has no effect.
    ///   - gate: The condition for the candidacy. Default `nil`: none.
    ///   - logger: Logs the beginning and the end of each term at `info`, and failures at `warning`. Default `nil`.
    ///   - body: The work of the leader, canceled when the term ends. When it returns, the candidate resigns, and
    ///     campaigns again a second or two later. A ``/ConsulHTTP/ConsulHTTPError`` that it throws because Consul could
    ///     not be asked or denied access ends the term in the same way, with pauses up to 10 seconds if it happens
    ///     again and again. Any other error ends ``run()``.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument``.
    public init(
        _ client: ConsulHTTPClient,
        key: String,
        _ options: LockOptions,
        gate: Gate? = nil,
        logger: Logger? = nil,
        whileLeader body: @escaping @Sendable (Term) async throws -> Void
    ) throws(CoordinationError) {
        try KeyRules.check(key)
        try options.session.validate()
        (self.client, self.key, self.gate, self.logger, self.body) = (client, key, gate, logger, body)
        var options = options
        options.wait = .forever
        self.options = options
    }

    /// The present term of this candidate; `nil` while it does not lead.
    public var term: Term? { current.current }

    /// The term of this candidate, `nil` while it does not lead: the present one, and each later one until ``run()``
    /// ends. A slow iterator receives only the newest.
    public var terms: some AsyncSequence<Term?, Never> & Sendable { current.subscribe() }

    /// Ends the present term: the body is canceled, and the key is released when it has ended. The candidate campaigns
    /// again a second or two later. Has no effect while it does not lead.
    public func resign() {
        stop.withLockedValue { $0 }?()
    }

    /// Campaigns, and leads whenever elected, until graceful shutdown, cancellation, or an error of the body that is
    /// not Consul's.
    ///
    /// - Throws: The error of the body, unless it is an outage or a denial of Consul; ``CoordinationError`` with
    ///   ``CoordinationError/Code/conflict`` if the key belongs to another program; ``/ConsulHTTP/ConsulHTTPError`` for
    ///   a campaign that Consul refuses or denies before the candidate has been elected for the first time: then the
    ///   token or the options are wrong. `CancellationError` if the task was canceled.
    public func run() async throws {
        defer { current.finish() }
        do {
            try await cancelWhenGracefulShutdown { try await self.campaign() }
        } catch is CancellationError where !Task.isCancelled {
            // Graceful shutdown: the candidate has resigned.
        }
    }
}

// MARK: - Campaigning

extension LeaderElection {
    private func campaign() async throws {
        var campaign = Campaign(gateInterval: gate?.interval)
        var action = campaign.resumed()
        var hasLed = false
        while true {
            try Task.checkCancellation()
            switch action {
            case .pause(let pause):
                try await Task.sleep(for: pause)
                action = campaign.resumed()
            case .askGate:
                action = campaign.gateAnswered(await gate?.isOpen() ?? true, chance: chance)
            case .campaign:
                let (end, term) = try await stand(hasLed: hasLed)
                if term != nil { hasLed = true }
                action = campaign.ended(end, after: term, chance: chance)
            }
        }
    }

    private var chance: Double { .random(in: 0..<1) }

    /// Waits for the election of this candidate, and leads.
    ///
    /// - Parameter hasLed: True if this candidate has been elected before, so that its options and its token were good.
    /// - Returns: The end, and the length of the term; `nil` if the candidate was not elected.
    private func stand(hasLed: Bool) async throws -> (end: Campaign.End, term: Duration?) {
        let elected = NIOLockedValueBox<ContinuousClock.Instant?>(nil)
        func term() -> Duration? { elected.withLockedValue { $0 }.map { .now - $0 } }
        do {
            let end = try await client.withLock(key, options) { lock in
                elected.withLockedValue { $0 = .now }
                return try await self.lead(Term(lock: lock))
            }
            return (end, term())
        } catch let error as CoordinationError where error.code == .lost || error.code == .notAcquired {
            logger?.info("\(key): not the leader any more: \(error)")
            return (error.code == .lost ? .lost : .failed, term())
        } catch let error as ConsulHTTPError
            where term() == nil && (error.isTransient || error.isOfUnhealthyCheck || hasLed && error.isFromConsul)
        {
            logger?.warning("\(key): the campaign failed, and is repeated: \(error)")
            return (.failed, nil)
        }
    }

    /// Runs the body, and the gate beside it.
    private func lead(_ term: Term) async throws -> Campaign.End {
        logger?.info("\(key): leader since term \(term.number)", metadata: ["consul.leader.term": "\(term.number)"])
        current.update { $0 = term }
        defer { current.update { $0 = nil } }
        let resignation = Signal<Void>()
        stop.withLockedValue { $0 = { resignation.send(()) } }
        defer { stop.withLockedValue { $0 = nil } }
        return try await withThrowingTaskGroup(of: Campaign.End?.self) { group in
            group.addTask { try await self.work(term) }
            group.addTask { await resignation.wait() == nil ? nil : .resigned }
            if let gate {
                group.addTask {
                    while (try? await Task.sleep(for: gate.interval)) != nil {
                        if await !gate.isOpen() { return .gateClosed }
                    }
                    return nil
                }
            }
            var end: Campaign.End?
            do {
                while end == nil, let next = try await group.next() { end = next }
            } catch {
                try Task.checkCancellation()
                throw error
            }
            // The scope ends with the body, so the key is not released while it runs.
            group.cancelAll()
            try Task.checkCancellation()
            return end ?? .resigned
        }
    }

    /// Runs the body. Its end ends the term.
    private func work(_ term: Term) async throws -> Campaign.End {
        do {
            try await body(term)
            return .resigned
        } catch let error as ConsulHTTPError where error.isFromConsul {
            logger?.warning(
                "\(key): gives up the leadership, because a request of its body failed: \(error)",
                metadata: ["consul.leader.term": "\(term.number)"]
            )
            return .bodyFailed
        }
    }
}

extension ConsulHTTPError {
    /// True if Consul, the network or the token is the cause: the same request may succeed when they have changed.
    /// False if the program itself has to change, and after the client was shut down.
    var isFromConsul: Bool {
        switch code {
        case .badRequest, .notFound, .tooLarge, .closed: false
        default: true
        }
    }
}
