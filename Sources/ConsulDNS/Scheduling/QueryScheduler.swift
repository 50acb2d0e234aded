// SPDX-License-Identifier: Apache-2.0

import DNSWire
import DequeModule

/// Decides what one lane (one nameserver, one transport) sends over which connection, and who is told what: windows and
/// waiting rooms, questions asked once for several waiters, deadlines, lost and overdue connections, wrong answers.
///
/// A pure value: events in by method, actions out by ``nextAction()``; it reads no clock and touches no socket. `Token`
/// is whatever the engine resumes. Times are nanoseconds on the engine's monotonic clock.
struct QueryScheduler<Token> {
    typealias QueryID = SlotID
    typealias WaiterID = SlotID
    typealias AttemptID = SlotID

    let policy: SchedulerPolicy

    var queries = SlotTable<Query>()
    var attempts = SlotTable<Attempt>()
    /// A handful at most, the oldest first.
    var connections: [Connection] = []
    /// Queries that have not been sent, by their key. Names that have become void are skipped when their turn comes.
    var waitingRooms: [UInt64: Deque<QueryID>] = [:]
    /// Attempts in the order in which they were sent, to find those that become late. Void names are skipped.
    var sendingOrder = Deque<AttemptID>()
    var caseKeeping = CaseKeeping()
    var actions = Deque<Action>()
    private var waiters = SlotTable<Waiter>()
    private var shared: [DNSQuery: QueryID] = [:]
    var nextConnection: UInt64 = 0

    /// No waiter's deadline is before this. It may belong to a waiter that has left: finding the next one costs a walk,
    /// which is made when the time comes and not at every answer.
    private var nextWaiterDeadline: UInt64?

    init(policy: SchedulerPolicy) {
        self.policy = policy
    }

    /// Whether the channel has something to do, if only to let abandoned queries run out.
    var isIdle: Bool { queries.count == 0 && attempts.count == 0 }
    var waiterCount: Int { waiters.count }
    /// Queries in the windows of all connections.
    var windowCount: Int { connections.reduce(0) { $0 + $1.inWindow } }
    var lateCount: Int { connections.reduce(0) { $0 + $1.late } }
    /// What c-ares holds and nobody waits for.
    var abandonedCount: Int { connections.reduce(0) { $0 + $1.held - $1.awaited } }

    /// When ``expire(at:)`` has something to do; `nil` for never.
    var nextDeadline: UInt64? {
        guard let overdue = nextOverdue else { return nextWaiterDeadline }
        return min(nextWaiterDeadline ?? overdue, overdue)
    }

    mutating func nextAction() -> Action? { actions.popFirst() }
}

// MARK: - Events

extension QueryScheduler {
    /// Somebody asks.
    mutating func submit(_ question: DNSQuery, token: Token, deadline: UInt64, at now: UInt64) -> WaiterID {
        let query = queryToJoin(question, at: now) ?? open(question, at: now)
        let waiter = waiters.insert(Waiter(token: token, deadline: deadline, query: query))
        attach(waiter, to: query)
        nextWaiterDeadline = min(nextWaiterDeadline ?? deadline, deadline)
        fillWindows(at: now)
        return waiter
    }

    /// Somebody stops waiting. The query goes on for the others, or unattended.
    mutating func cancel(_ waiter: WaiterID, at now: UInt64) {
        let suspect = waiters[waiter].flatMap { suspectedConnection(of: $0.query, at: now) }
        leave(waiter, with: .failure(.cancelled))
        if let suspect { replace(suspect) }
        fillWindows(at: now)
    }

    /// c-ares is done with an attempt, or has something to say about it.
    mutating func complete(_ id: AttemptID, with completion: Completion, at now: UInt64) {
        // A connection that is closed takes its attempts along.
        guard let attempt = attempts[id] else { return }
        if case .caseChanged = completion {
            changeCase(id, attempt, at: now)
            return fillWindows(at: now)
        }
        takeFromConnection(attempt, heard: completion, at: now)
        attempts.remove(id)
        let isLatest = queries[attempt.query]?.attempt == id
        switch completion {
        case .answered(let bytes):
            if attempt.mixesCase { caseKeeping.keptCase() }
            close(attempt.query, with: .success(bytes))
        case .timedOut where isLatest:
            if queries[attempt.query]?.firstWaiter == nil {
                close(attempt.query, with: .failure(.deadlineExceeded))
            } else {
                wait(again: attempt.query, ahead: false)
            }
        case .connectionFailed(let systemError) where isLatest:
            retry(attempt.query, systemError: systemError)
        case .failed(let failure) where isLatest:
            close(attempt.query, with: .failure(failure))
        case .timedOut, .connectionFailed, .failed, .caseChanged:
            break
        }
        closeUnused(at: now)
        fillWindows(at: now)
    }

    /// A connection was sent so many wrong answers that it accepts no more.
    mutating func spoil(_ connection: ConnectionID, at now: UInt64) {
        guard let guarding = policy.forgeryGuard else { return }
        for query in close(connection) {
            queries[query]?.moves += 1
            if let moves = queries[query]?.moves, moves > guarding.maximumMoves {
                close(query, with: .failure(.suspectedForgery))
            } else {
                wait(again: query, ahead: true)
            }
        }
        fillWindows(at: now)
    }

    /// Time has passed. Worth calling once ``nextDeadline`` has come.
    mutating func expire(at now: UInt64) {
        if let due = nextWaiterDeadline, due <= now {
            var next: UInt64?
            var suspects: [ConnectionID] = []
            for id in waiters.ids {
                guard let waiter = waiters[id] else { continue }
                if waiter.deadline > now {
                    next = min(next ?? waiter.deadline, waiter.deadline)
                } else {
                    if let suspect = suspectedConnection(of: waiter.query, at: now) { suspects.append(suspect) }
                    leave(id, with: .failure(.deadlineExceeded))
                }
            }
            nextWaiterDeadline = next
            for suspect in suspects { replace(suspect) }
        }
        noteOverdue(at: now)
        closeUnused(at: now)
        fillWindows(at: now)
    }

    /// The client is closing: everybody is told, and nothing is sent any more.
    mutating func closeAll() {
        for id in waiters.ids { leave(id, with: .failure(.clientClosed)) }
        for id in queries.ids { queries.remove(id) }
        for id in attempts.ids { attempts.remove(id) }
        waitingRooms.removeAll()
        sendingOrder.removeAll()
        connections.removeAll()
        shared.removeAll()
        nextWaiterDeadline = nil
    }
}

// MARK: - Queries

extension QueryScheduler {
    /// The query that a newcomer may share: not one that has gone unanswered for so long that it is probably lost,
    /// because its next retransmission may be further away than the newcomer's deadline.
    ///
    /// One that everybody has left is taken up again, if there is a place for it: its answer is on its way, and who
    /// gives up waiting for a moment, to ask somebody else as well, need not ask twice.
    private mutating func queryToJoin(_ question: DNSQuery, at now: UInt64) -> QueryID? {
        guard policy.coalesces, let id = shared[question], let query = queries[id] else { return nil }
        guard let attempt = query.attempt else { return id }
        guard let sentAt = attempts[attempt]?.sentAt, now - sentAt < policy.sharingLimit else { return nil }
        if query.firstWaiter == nil, !takeUp(attempt) { return nil }
        return id
    }

    private mutating func open(_ question: DNSQuery, at now: UInt64) -> QueryID {
        let query = queries.insert(Query(question: question, key: question.question.name.isolationKey))
        if policy.coalesces { shared[question] = query }
        admit(query, at: now)
        return query
    }

    mutating func close(_ query: QueryID, with result: Result<[UInt8], QueryFailure>) {
        forget(query)
        guard var record = queries.remove(query) else { return }
        if let attempt = record.attempt { orphan(attempt) }
        while let id = record.firstWaiter, let waiter = waiters.remove(id) {
            record.firstWaiter = waiter.next
            actions.append(.finish(waiter.token, result))
        }
    }

    /// Takes a query out of sharing.
    private mutating func forget(_ query: QueryID) {
        guard let record = queries[query], shared[record.question] == query else { return }
        shared[record.question] = nil
    }

    private mutating func retry(_ query: QueryID, systemError: Int32) {
        if let record = queries[query], record.firstWaiter != nil,
            // One that has changed its connection may lose the other as well.
            record.lostConnections < policy.retriesAfterLostConnection + (record.hasOvertaken ? 1 : 0)
        {
            queries[query]?.lostConnections += 1
            // Ahead of the others: at most a window of queries is lost with a connection, so all of them are among the
            // 128 that Consul serves on the next one, and none is lost twice.
            wait(again: query, ahead: true)
        } else {
            close(query, with: .failure(.connectionFailed(systemError: systemError)))
        }
    }

    /// An answer came in another case than its question was sent in. The question is asked again, as it was spelled and
    /// from another port; what else is under way on this one may be answered there.
    private mutating func changeCase(_ id: AttemptID, _ attempt: Attempt, at now: UInt64) {
        caseKeeping.lostCase(at: now)
        retire(attempt.connection)
        guard queries[attempt.query]?.attempt == id else { return }
        queries[attempt.query]?.isPlain = true
        if queries[attempt.query]?.firstWaiter == nil {
            close(attempt.query, with: .failure(.deadlineExceeded))
        } else {
            wait(again: attempt.query, ahead: true)
        }
        closeUnused(at: now)
    }

    /// Puts a query that was sent into its waiting room.
    mutating func wait(again query: QueryID, ahead: Bool) {
        guard let record = queries[query] else { return }
        if let attempt = record.attempt { orphan(attempt) }
        queries[query]?.attempt = nil
        if ahead {
            waitingRooms[record.key, default: []].prepend(query)
        } else {
            waitingRooms[record.key, default: []].append(query)
        }
    }

    /// The connection of a query that is given up, if it has been silent for so long that it is itself the suspect.
    /// Silence is counted over all queries: callers with short deadlines must add up to one long one.
    private func suspectedConnection(of query: QueryID, at now: UInt64) -> ConnectionID? {
        guard let limit = policy.silenceLimit, let attempt = queries[query]?.attempt.flatMap({ attempts[$0] }),
            attempt.place != .orphaned, let since = connection(attempt.connection)?.unheardSince, now - since >= limit
        else { return nil }
        return attempt.connection
    }
}

// MARK: - Waiters

extension QueryScheduler {
    private mutating func attach(_ waiter: WaiterID, to query: QueryID) {
        let first = queries[query]?.firstWaiter
        waiters[waiter]?.next = first
        if let first { waiters[first]?.previous = waiter }
        queries[query]?.firstWaiter = waiter
    }

    private mutating func leave(_ id: WaiterID, with result: Result<[UInt8], QueryFailure>) {
        guard let waiter = waiters.remove(id) else { return }
        actions.append(.finish(waiter.token, result))
        if let next = waiter.next { waiters[next]?.previous = waiter.previous }
        if let previous = waiter.previous {
            waiters[previous]?.next = waiter.next
        } else {
            queries[waiter.query]?.firstWaiter = waiter.next
            if waiter.next == nil { abandon(waiter.query) }
        }
    }

    /// The last waiter has left. What was not sent need not be; what was sent cannot be called back (c-ares cancels a
    /// whole channel or nothing), but gives its place in the window to somebody who waits.
    private mutating func abandon(_ query: QueryID) {
        if let attempt = queries[query]?.attempt {
            orphan(attempt)
        } else {
            removeUnsent(query)
        }
    }

    /// Ends a query that nobody waits for and that is not under way.
    mutating func removeUnsent(_ query: QueryID) {
        forget(query)
        queries.remove(query)
    }
}
