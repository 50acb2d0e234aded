// SPDX-License-Identifier: Apache-2.0

import DNSWire
import ResolverSupport

@testable import ConsulDNS

/// A scheduler with a manual clock and a record of its actions. Waiters are numbers.
struct SchedulerBench {
    typealias Scheduler = QueryScheduler<Int>
    typealias Outcome = Result<[UInt8], QueryFailure>

    struct Sent: Hashable {
        let id: SlotID
        let name: DomainName
        let connection: ConnectionID
        let mixesCase: Bool
    }

    private(set) var scheduler: Scheduler
    private(set) var now: Moment = 1_000_000_000
    /// All attempts in sending order; a query that is sent again occurs twice.
    private(set) var sent: [Sent] = []
    private(set) var outcomes: [Int: Outcome] = [:]
    private(set) var closed: [ConnectionID] = []

    init(_ change: (inout SchedulerPolicy) -> Void = { _ in }) {
        var policy = SchedulerPolicy()
        change(&policy)
        scheduler = Scheduler(policy: policy)
    }

    var reconnects: Int { closed.count }
    /// The connection of each attempt, as a number in the order of their opening.
    var sentOver: [UInt64] { sent.map(\.connection.number) }
    var sentNames: [String] { sent.map(\.name.description) }

    @discardableResult
    mutating func ask(_ name: DomainName, _ waiter: Int, within timeout: Duration = .seconds(5)) -> SlotID {
        let deadline = now + timeout
        let id = scheduler.submit(.srv(name), token: waiter, deadline: deadline, at: now)
        perform()
        return id
    }

    mutating func cancel(_ id: SlotID) {
        scheduler.cancel(id, at: now)
        perform()
    }

    /// Reports the completion of the attempt at `index`.
    mutating func complete(_ index: Int, _ completion: Scheduler.Completion) {
        scheduler.complete(sent[index].id, with: completion, at: now)
        perform()
    }

    mutating func pass(_ time: Duration) {
        now = now + time
        scheduler.expire(at: now)
        perform()
    }

    /// Reports too many wrong answers on the connection of the attempt at `index`.
    mutating func spoil(_ index: Int) {
        scheduler.spoil(sent[index].connection, at: now)
        perform()
    }

    mutating func closeAll() {
        scheduler.closeAll()
        perform()
    }

    private mutating func perform() {
        while let action = scheduler.nextAction() {
            switch action {
            case .send(let id, let query, let connection, let mixesCase):
                precondition(!closed.contains(connection), "a query is sent over a closed connection")
                sent.append(
                    Sent(
                        id: id,
                        name: query.question.name,
                        connection: connection,
                        mixesCase: mixesCase
                    )
                )
            case .finish(let waiter, let outcome):
                precondition(outcomes[waiter] == nil, "waiter \(waiter) was resumed twice")
                outcomes[waiter] = outcome
            case .close(let id): closed.append(id)
            }
        }
    }
}

extension Result where Success == [UInt8], Failure == QueryFailure {
    /// An answer of these bytes.
    static func answer(_ bytes: UInt8...) -> Self { .success(bytes) }
}
