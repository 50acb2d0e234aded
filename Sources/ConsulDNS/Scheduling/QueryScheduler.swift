// SPDX-License-Identifier: Apache-2.0

import DNSWire
import DequeModule
import ResolverSupport

/// The decisions of one lane (one nameserver, one transport): the query that is sent over each connection, and the
/// result that each waiter receives. It handles windows and queues, queries shared by several waiters, deadlines, lost
/// and overdue connections, and wrong answers.
///
/// A pure value: events enter by method, actions leave by ``nextAction()``; it reads no clock and touches no socket.
/// `Token` is the object that the engine resumes. Moments are those of the engine's clock.
struct QueryScheduler<Token> {
    typealias QueryID = SlotID
    typealias WaiterID = SlotID
    typealias AttemptID = SlotID

    let policy: SchedulerPolicy

    var queries = SlotTable<Query>()
    var attempts = SlotTable<Attempt>()
    /// A handful at most, the oldest first.
    var connections: [Connection] = []
    /// Queries that have not been sent, by their key. Stale IDs are skipped when they reach the head.
    var waitingRooms: [UInt64: Deque<QueryID>] = [:]
    /// Attempts in sending order, to find those that become late. Stale IDs are skipped.
    var sendingOrder = Deque<AttemptID>()
    var caseKeeping = CaseKeeping()
    var actions = Deque<Action>()
    private var waiters = SlotTable<Waiter>()
    /// The questions of `queries` and the tokens of `waiters`, by the index of their slots.
    private var questions: [DNSQuery] = []
    private var tokens: [Token?] = []
    private var shared: [DNSQuery: QueryID] = [:]
    var nextConnection: UInt64 = 0

    /// A lower bound of all waiters' deadlines. It may belong to a waiter that has left: finding the next one takes a
    /// walk over all waiters, which happens when this time comes instead of at every answer.
    private var nextWaiterDeadline: Moment?

    init(policy: SchedulerPolicy) {
        self.policy = policy
    }

    /// True if there is no query and no attempt, not even an abandoned query that c-ares still holds.
    var isIdle: Bool { queries.count == 0 && attempts.count == 0 }
    var waiterCount: Int { waiters.count }
    /// Queries in the windows of all connections.
    var windowCount: Int { connections.reduce(0) { $0 + $1.inWindow } }
    var lateCount: Int { connections.reduce(0) { $0 + $1.late } }
    /// The number of attempts that c-ares holds without a waiter.
    var abandonedCount: Int { connections.reduce(0) { $0 + $1.held - $1.awaited } }

    /// The time at which ``expire(at:)`` has work to do; `nil` for never.
    var nextDeadline: Moment? {
        guard let overdue = nextOverdue else { return nextWaiterDeadline }
        return min(nextWaiterDeadline ?? overdue, overdue)
    }

    mutating func nextAction() -> Action? { actions.popFirst() }
}

// MARK: - Events

extension QueryScheduler {
    /// Adds a waiter for a question, which joins a query under way or opens a new one.
    mutating func submit(_ question: DNSQuery, token: Token, deadline: Moment, at now: Moment) -> WaiterID {
        let query = queryToJoin(question, at: now) ?? open(question, at: now)
        let waiter = waiters.insert(Waiter(deadline: deadline, query: query))
        if tokens.count <= Int(waiter.index) { tokens.append(nil) }
        tokens[Int(waiter.index)] = token
        attach(waiter, to: query)
        nextWaiterDeadline = min(nextWaiterDeadline ?? deadline, deadline)
        fillWindows(at: now)
        return waiter
    }

    /// Removes a waiter. The query continues for the others, or without waiters.
    mutating func cancel(_ waiter: WaiterID, at now: Moment) {
        let suspect = waiters[waiter].flatMap { suspectedConnection(of: $0.query, at: now) }
        leave(waiter, with: .failure(.cancelled))
        if let suspect { replace(suspect) }
        fillWindows(at: now)
    }

    /// Applies a report of c-ares about an attempt.
    mutating func complete(_ id: AttemptID, with completion: Completion, at now: Moment) {
        // Closing a connection removes its attempts.
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

    /// Closes a connection that was sent so many wrong answers that it accepts no more.
    mutating func spoil(_ connection: ConnectionID, at now: Moment) {
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

    /// Fails expired waiters and handles overdue queries and idle connections. Worth calling once ``nextDeadline`` has
    /// come.
    mutating func expire(at now: Moment) {
        if let due = nextWaiterDeadline, due <= now {
            var next: Moment?
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

    /// Fails all waiters because the client is closing. Nothing is sent afterwards.
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
    /// Returns the query that a new waiter may share. A query that has gone unanswered for long is excluded: it is
    /// probably lost, and its next retransmission may come after the new waiter's deadline.
    ///
    /// An abandoned query is resumed if its connection has room: its answer is on its way, and a caller that stops
    /// waiting for a moment to query another server as well needs no second query here.
    private mutating func queryToJoin(_ question: DNSQuery, at now: Moment) -> QueryID? {
        guard policy.coalesces, let id = shared[question], let query = queries[id] else { return nil }
        guard let attempt = query.attempt else { return id }
        guard let sentAt = attempts[attempt]?.sentAt, !now.isAtLeast(policy.sharingLimit, after: sentAt) else {
            return nil
        }
        if query.firstWaiter == nil, !takeUp(attempt) { return nil }
        return id
    }

    private mutating func open(_ question: DNSQuery, at now: Moment) -> QueryID {
        let query = queries.insert(Query(key: question.question.name.isolationKey))
        if questions.count <= Int(query.index) { questions.append(question) }
        questions[Int(query.index)] = question
        if policy.coalesces { shared[question] = query }
        admit(query, at: now)
        return query
    }

    func question(of query: QueryID) -> DNSQuery { questions[Int(query.index)] }

    mutating func close(_ query: QueryID, with result: Result<[UInt8], QueryFailure>) {
        forget(query)
        guard var record = queries.remove(query) else { return }
        if let attempt = record.attempt { orphan(attempt) }
        while let id = record.firstWaiter, let waiter = waiters.remove(id) {
            record.firstWaiter = waiter.next
            finish(id, with: result)
        }
    }

    /// Excludes a query from sharing.
    private mutating func forget(_ query: QueryID) {
        guard policy.coalesces, queries.contains(query), shared[question(of: query)] == query else { return }
        shared[question(of: query)] = nil
    }

    private mutating func retry(_ query: QueryID, systemError: Int32) {
        if let record = queries[query], record.firstWaiter != nil,
            // A query that was sent over a second connection may lose that one as well.
            record.lostConnections < policy.retriesAfterLostConnection + (record.hasOvertaken ? 1 : 0)
        {
            queries[query]?.lostConnections += 1
            // Ahead of the others: at most one window of queries is lost with a connection, so all of them are among
            // the 128 that Consul serves on the next one, and no query is lost twice.
            wait(again: query, ahead: true)
        } else {
            close(query, with: .failure(.connectionFailed(systemError: systemError)))
        }
    }

    /// Handles an answer in another case than its question. The query is sent again as it was spelled and from another
    /// port; other queries under way on this port may still be answered there.
    private mutating func changeCase(_ id: AttemptID, _ attempt: Attempt, at now: Moment) {
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

    /// Queues a query that was sent before.
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

    /// Returns the connection of a query that is being abandoned, if the connection has been silent for so long that it
    /// is itself the suspect. Silence is measured over all queries on it, so that several short deadlines add up to one
    /// long silence.
    private func suspectedConnection(of query: QueryID, at now: Moment) -> ConnectionID? {
        guard let limit = policy.silenceLimit, let attempt = queries[query]?.attempt.flatMap({ attempts[$0] }),
            attempt.place != .orphaned, let since = connection(attempt.connection)?.unheardSince,
            now.isAtLeast(limit, after: since)
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
        finish(id, with: result)
        if let next = waiter.next { waiters[next]?.previous = waiter.previous }
        if let previous = waiter.previous {
            waiters[previous]?.next = waiter.next
        } else {
            queries[waiter.query]?.firstWaiter = waiter.next
            if waiter.next == nil { abandon(waiter.query) }
        }
    }

    /// Reports the result to a waiter that has been removed.
    private mutating func finish(_ waiter: WaiterID, with result: Result<[UInt8], QueryFailure>) {
        guard let token = tokens[Int(waiter.index)].take() else { return }
        actions.append(.finish(token, result))
    }

    /// Handles the departure of the last waiter. An unsent query is dropped. A sent one cannot be withdrawn (c-ares
    /// cancels a whole channel or nothing), but frees its place in the window for a query with waiters.
    private mutating func abandon(_ query: QueryID) {
        if let attempt = queries[query]?.attempt {
            orphan(attempt)
        } else {
            removeUnsent(query)
        }
    }

    /// Removes a query that has no waiters and is not under way.
    mutating func removeUnsent(_ query: QueryID) {
        forget(query)
        queries.remove(query)
    }
}
