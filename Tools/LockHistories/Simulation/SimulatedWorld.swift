// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ResolverSupport

/// A request of a program.
enum SimulatedRequest {
    case createSession(SessionOptions)
    case renew(String)
    case destroy(String)
    case read(String)
    /// A blocking query: the answer comes when the key has another index than this one.
    case watch(String, index: UInt64)
    case commit(KeyValueTransaction)
    /// A write to, and a read of, the other store.
    case write(token: UInt64, value: Int)
    case readStore
}

/// A reply to a program.
enum SimulatedReply {
    case session(String)
    /// The time to live of a renewed session; `nil` if it does not exist.
    case renewed(Duration?)
    case done
    case entry(KeyValueEntry?, index: UInt64)
    case applied([KeyValueEntry])
    case refused(TransactionRefusal)
    case written(Bool)
    case value(Int)
}

/// Consul, the other store and the network between them and the programs, in virtual time.
final class SimulatedWorld {
    let time = VirtualTime()
    let conditions: Conditions
    let flaw: Flaw?
    var random: SplitMix
    var record = ScheduleRecord()
    private(set) var programs: [SimulatedProgram] = []

    private var consul = SimulatedConsul()
    private var store = FencedStore()
    private var outageEnd = Moment(nanoseconds: 0)
    /// The moment of the next event that ends sessions.
    private var plannedExpiry: Moment?
    private var watchers: [(key: String, index: UInt64, answer: (SimulatedReply) -> Void)] = []

    init(_ conditions: Conditions, _ random: SplitMix, _ flaw: Flaw?) {
        (self.conditions, self.random, self.flaw) = (conditions, random, flaw)
        consul.ignoresLockDelay = flaw == .withoutLockDelay
    }

    /// Runs the schedule.
    func run() -> ScheduleRecord {
        programs = (0..<conditions.programs).map { SimulatedProgram(self, number: $0) }
        let reader = SimulatedReader(self)
        for program in programs { time.after(random.duration(in: 0...3)) { program.run() } }
        reader.run()
        for (moment, fault) in conditions.faults { time.at(moment) { self.begin(fault) } }
        time.run(until: Moment(nanoseconds: 0) + Conditions.length)
        programs = []
        return record
    }

    /// Returns Consul's `LockIndex` of the key.
    func lockIndex(of key: String) -> UInt64 { consul.entry(key).entry?.lockIndex ?? 0 }

    private func begin(_ fault: Conditions.Fault) {
        record.count("faults")
        switch fault {
        case .freeze(let program, let time): programs[program].freeze(for: time)
        case .cut(let program, let time): programs[program].cut(for: time)
        case .outage(let length):
            outageEnd = time.now + length
            time.after(length) { self.change { $0.restartTimers(at: self.time.now) } }
        case .endSession:
            let sessions = consul.sessionIDs
            guard !sessions.isEmpty else { return }
            let session = sessions[random.number(in: 0...sessions.count - 1)]
            change { $0.end(session, at: self.time.now) }
        case .failNode(let program, let length):
            programs[program].cut(for: length)
            time.after(random.duration(in: 0...min(length / .seconds(1), 7))) { [self] in
                change { $0.end(self.programs[program].session, at: self.time.now) }
            }
        case .deleteKey: change { $0.delete(SimulatedProgram.key) }
        }
    }
}

// MARK: - The network

extension SimulatedWorld {
    /// Sends a request, and calls the completion once: with the reply, or with `nil` when it failed or the time limit is over.
    /// Consul may get the request later than that.
    func send(
        _ request: SimulatedRequest,
        from sender: SimulatedProgram,
        limit: Duration,
        _ completion: @escaping (SimulatedReply?) -> Void
    ) {
        var isDone = false
        let finish: (SimulatedReply?) -> Void = { reply in
            guard !isDone else { return }
            isDone = true
            completion(reply)
        }
        sender.post(after: limit) { finish(nil) }
        // A connection that is cut sends its bytes again when the network is back, unless it is closed before.
        let start = max(time.now, sender.cutEnd)
        if random.happens(conditions.lost) || start > time.now && random.happens(0.5) { return }
        time.at(start + delay()) { [self] in
            perform(request) { [self] reply in
                if time.now < sender.cutEnd || random.happens(conditions.lost) { return }
                for _ in 0...(random.happens(conditions.duplicated) ? 1 : 0) {
                    time.after(delay()) { sender.receive { finish(reply) } }
                }
            }
        }
    }

    private func delay() -> Duration {
        random.happens(conditions.delayed)
            ? .nanoseconds(Int64(conditions.longestDelay / .nanoseconds(1) * random.unit()))
            : .nanoseconds(Int64(20e6 * random.unit()))
    }

    /// Performs a request at its arrival.
    private func perform(_ request: SimulatedRequest, _ answer: @escaping (SimulatedReply?) -> Void) {
        switch request {
        case .write(let token, let value):
            return answer(.written(store.write(value, token: token, isFenced: flaw != .withoutFencing)))
        case .readStore: return answer(.value(store.value))
        default: break
        }
        guard time.now >= outageEnd else { return answer(nil) }
        switch request {
        case .createSession(let options):
            let patience = patience()
            var id = ""
            change { id = $0.createSession(options, patience: patience, at: self.time.now) }
            answer(.session(id))
        case .renew(let id):
            let patience = patience()
            var timeToLive: Duration?
            change { timeToLive = $0.renew(id, patience: patience, at: self.time.now) }
            answer(.renewed(timeToLive))
        case .destroy(let id):
            change { $0.end(id, at: self.time.now) }
            answer(.done)
        case .commit(let transaction):
            var reply = SimulatedReply.done
            change {
                switch $0.commit(transaction, at: self.time.now) {
                case .success(let entries): reply = .applied(entries)
                case .failure(let refusal): reply = .refused(refusal)
                }
            }
            answer(reply)
        case .read(let key):
            let (entry, index) = consul.entry(key)
            answer(.entry(entry, index: index))
        case .watch(let key, let index):
            let (entry, reached) = consul.entry(key)
            if reached != index { return answer(.entry(entry, index: reached)) }
            watchers.append((key, index, { answer($0) }))
        case .write, .readStore: break
        }
    }

    /// Consul ends a session between one and two times its time to live after the last renewal.
    private func patience() -> Double { (flaw == .earlyExpiry ? 0.5 : 1) * (1 + random.unit()) }

    /// Changes Consul, answers the blocking queries that see it, and plans the next end of a session.
    private func change(_ body: (inout SimulatedConsul) -> Void) {
        consul.expireSessions(at: time.now)
        body(&consul)
        let waiting = watchers
        watchers = []
        for watcher in waiting {
            let (entry, index) = consul.entry(watcher.key)
            if index == watcher.index { watchers.append(watcher) } else { watcher.answer(.entry(entry, index: index)) }
        }
        guard let expiry = consul.nextExpiry, plannedExpiry.map({ expiry < $0 || $0 <= time.now }) ?? true else {
            return
        }
        plannedExpiry = expiry
        time.at(expiry) { self.change { _ in } }
    }
}
