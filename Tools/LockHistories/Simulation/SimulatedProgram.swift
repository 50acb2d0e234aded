// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ResolverSupport

/// A program that holds the lock again and again, in virtual time.
///
/// The decisions are those of the library: `SessionLease`, `LockAcquisition` and `KeyMonitor` are its own state machines.
/// This type carries their actions out in the way of the library's engines (`LiveSession`, `Contention`, `Holding`):
///
/// - a session for each hold, which is renewed until the body has ended,
/// - a body that the first evidence of a loss cancels, and that checks the lease before each step,
/// - a release after the end of the body, and then the end of the session.
final class SimulatedProgram {
    static let key = "lock"
    static let data = "data"

    /// The time limit of requests.
    static let limit = Duration.seconds(5)
    /// The time limit of requests that release.
    private static let releaseLimit = Duration.seconds(2)

    unowned let world: SimulatedWorld
    private let clockRate: Double
    private let clockOffset: Int64
    private var frozenUntil = Moment(nanoseconds: 0)
    /// The moment at which the program's network is back.
    private(set) var cutEnd = Moment(nanoseconds: 0)

    /// The number of the attempt. Events of earlier ones have no effect.
    private var attempt = 0
    private(set) var session = ""
    private var lease: SessionLease?
    private var acquisition: LockAcquisition?
    private var acquisitionStart: [ScheduleRecord.Register: History<FencedRegister>.Position] = [:]
    private var isWatching = false
    private var body: SimulatedBody?
    private var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(5), jitter: .half)
    /// The last state of the key that a watch has shown: a shared watch shows it again at first.
    private var shown: (entry: KeyValueEntry?, index: UInt64)?

    init(_ world: SimulatedWorld, number: Int) {
        self.world = world
        clockRate = world.conditions.clockRates[number]
        clockOffset = Int64(world.random.next() >> 24)
    }

    /// The time of the program's own clock.
    var clock: Moment {
        Moment(nanoseconds: clockOffset + Int64(Double(world.time.now.nanoseconds) * clockRate))
    }

    func run() { openSession() }
}

// MARK: - Time and network

extension SimulatedProgram {
    func freeze(for time: Duration) { frozenUntil = max(frozenUntil, world.time.now + time) }
    func cut(for time: Duration) { cutEnd = max(cutEnd, world.time.now + time) }

    /// Calls an action after a time, and not before the program goes on.
    func post(after delay: Duration, _ action: @escaping () -> Void) {
        world.time.after(delay) { self.receive(action) }
    }

    /// Calls an action now, or when the program goes on. Actions that have waited are called in any order.
    func receive(_ action: @escaping () -> Void) {
        guard world.time.now < frozenUntil else { return action() }
        let jitter = world.random.duration(in: 0...0.005)
        world.time.at(frozenUntil + jitter) { self.receive(action) }
    }

    /// Sends a request of this attempt. The reply to an earlier attempt has no effect.
    private func send(
        _ request: SimulatedRequest,
        limit: Duration = SimulatedProgram.limit,
        _ completion: @escaping (SimulatedReply?) -> Void
    ) {
        let sender = attempt
        world.send(request, from: self, limit: limit) { [self] reply in
            if sender == attempt { completion(reply) }
        }
    }

    private func pause(_ time: Duration, _ action: @escaping () -> Void) {
        let sender = attempt
        post(after: time) { [self] in
            if sender == attempt { action() }
        }
    }
}

// MARK: - The session

extension SimulatedProgram {
    private func openSession() {
        attempt += 1
        let options = world.conditions.session
        let sent = clock
        send(.createSession(options)) { [self] reply in
            guard case .session(let id)? = reply else {
                return pause(backoff.next(chance: world.random.unit()), openSession)
            }
            backoff.reset()
            (session, lease) = (id, SessionLease(options, sent: sent))
            keep()
            acquire()
        }
    }

    /// Renews the session until the lease ends, or the attempt.
    private func keep() {
        switch lease?.next(at: clock) {
        case .wait(let until):
            // A slow clock needs more of the virtual time.
            pause(.nanoseconds(Int64(Double(until.nanoseconds - clock.nanoseconds) / clockRate) + 1), keep)
        case .renew(let timeout):
            send(.renew(session), limit: timeout) { [self] reply in
                switch reply {
                case .renewed(let timeToLive?): lease?.renewed(timeToLive: timeToLive)
                case .renewed(nil): lease?.sessionIsGone()
                default: lease?.renewalFailed()
                }
                keep()
            }
        case .end(let reason): ended(reason)
        case nil: break
        }
    }

    private func ended(_ reason: CoordinationError.Reason) {
        if let body {
            world.record.count("holders that lost the lock")
            body.cancel(reason)
        } else if acquisition != nil {
            abandon()
        }
    }

    /// Gives an acquisition up, and goes on with another session.
    private func abandon() {
        let mayHold = acquisition?.mayHold ?? false
        acquisition = nil
        attempt += 1
        world.record.count("sessions that ended before an acquisition")
        guard mayHold else { return close() }
        send(.commit(KeyValueTransaction([unlock])), limit: Self.releaseLimit) { [self] _ in close() }
    }

    private var unlock: KeyValueTransaction.Operation {
        .unlock(Self.key, [], flags: LockAcquisition.flags, session: session)
    }

    /// Ends the session, and begins again later.
    private func close() {
        let isGone = lease?.ended(at: clock) == .sessionGone
        lease = nil
        attempt += 1
        let again = { [self] in pause(world.random.duration(in: 0...3), openSession) }
        if isGone { return again() }
        send(.destroy(session), limit: Self.releaseLimit) { _ in again() }
    }
}

// MARK: - The lock

extension SimulatedProgram {
    private func acquire() {
        acquisitionStart = world.record.beginsAcquiring()
        isWatching = false
        acquisition = LockAcquisition([Self.key], value: [], session: session)
        carryOut { $0.resumed() }
    }

    /// Passes an event to the acquisition, and carries out its next action.
    private func carryOut(_ event: (inout LockAcquisition) -> LockAcquisition.Action) {
        guard var acquisition else { return }
        let action = event(&acquisition)
        self.acquisition = acquisition
        switch action {
        case .read(let key):
            send(.read(key)) { [self] reply in
                guard case .entry(let entry, _)? = reply else { return failed() }
                carryOut { $0.observed(entry, at: key) }
            }
        case .acquire(let transaction):
            send(.commit(transaction)) { [self] reply in
                switch reply {
                case .applied(let entries): carryOut { $0.acquired(entries) }
                case .refused(let refusal): carryOut { $0.refused(refusal) }
                default: failed()
                }
            }
        case .watch(let key):
            // One watch for all waits of an acquisition.
            let last = isWatching ? shown?.index : nil
            isWatching = true
            watch(after: last) { [self] entry, _ in
                carryOut { $0.observed(entry, at: key) }
                return false
            }
        case .pause(let time): pause(time) { [self] in carryOut { $0.resumed() } }
        case .hold(let tokens): hold(tokens[Self.key] ?? 0)
        case .replaceSession:
            lease?.sessionIsGone()
            abandon()
        case .conflict, .deny: world.record.failures.append("an acquisition ended with \(action)")
        }
    }

    private func failed() {
        let chance = world.random.unit()
        carryOut { $0.failed(chance: chance) }
    }

    /// Shows states of the key until the observer returns false. The first may be an old one.
    private func watch(after index: UInt64? = nil, _ observe: @escaping (KeyValueEntry?, UInt64) -> Bool) {
        if index == nil, let shown, world.random.happens(0.5) {
            // A state that this program has seen before the present one.
            return pause(.milliseconds(1)) { [self] in
                if observe(shown.entry, shown.index) { watch(after: shown.index, observe) }
            }
        }
        send(.watch(Self.key, index: index ?? 0), limit: .seconds(15)) { [self] reply in
            guard case .entry(let entry, let reached)? = reply else {
                return pause(world.random.duration(in: 0.1...1)) { [self] in watch(after: index ?? 0, observe) }
            }
            shown = (entry, reached)
            if observe(entry, reached) { watch(after: reached, observe) }
        }
    }

    private func hold(_ token: UInt64) {
        guard lease?.ended(at: clock) == nil else { return abandon() }
        acquisition = nil
        let token = world.flaw == .lockIndexAsToken ? world.lockIndex(of: Self.key) : token
        world.record.acquired(token, since: acquisitionStart)
        let body = SimulatedBody(self, token: token)
        self.body = body
        var monitor = KeyMonitor(session: session, token: token)
        watch { entry, index in
            guard !body.hasEnded else { return false }
            guard let reason = monitor.observed(entry, index: index) else { return true }
            body.cancel(reason)
            return false
        }
        body.run()
    }

    /// The lease and the evidence of a loss, as a body sees it: exact even if the program has just gone on.
    func lost(_ evidence: CoordinationError.Reason?) -> CoordinationError.Reason? {
        world.flaw == .ignoresLoss ? nil : evidence ?? lease?.ended(at: clock)
    }

    /// Sends a request of the body, if the body's attempt is still the present one.
    func sendFromBody(_ request: SimulatedRequest, _ completion: @escaping (SimulatedReply?) -> Void) {
        send(request, limit: Self.limit, completion)
    }

    /// Calls an action of the body after a time.
    func pauseBody(_ time: Duration, _ action: @escaping () -> Void) { pause(time, action) }

    /// A transaction that Consul applies only if the session holds the lock.
    func guarded(_ operation: KeyValueTransaction.Operation) -> KeyValueTransaction {
        world.flaw == .withoutFencing
            ? KeyValueTransaction([operation])
            : KeyValueTransaction([.check(Self.key, isHeldBy: session), operation])
    }

    /// Releases the lock after the end of the body, unless there is evidence that it is not held any more.
    func bodyHasEnded(_ lost: CoordinationError.Reason?) {
        body = nil
        guard lost == nil || lost == .leaseExpired else { return close() }
        send(.commit(KeyValueTransaction([unlock])), limit: Self.releaseLimit) { [self] _ in close() }
    }
}
