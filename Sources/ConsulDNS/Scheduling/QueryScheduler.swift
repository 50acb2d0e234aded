// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// Decides what one channel (one nameserver, one transport) sends, and who is told what: the window and the waiting
/// room, questions asked once for several waiters, deadlines, lost connections.
///
/// A pure value: events in by method, actions out by ``nextAction()``; it reads no clock and touches no socket. `Token`
/// is whatever the engine resumes. Times are nanoseconds on the engine's monotonic clock.
struct QueryScheduler<Token> {
    typealias QueryID = SlotID
    typealias WaiterID = SlotID

    let policy: SchedulerPolicy

    private var queries = SlotTable<Query>()
    private var waiters = SlotTable<Waiter>()
    private var shared: [DNSQuery: QueryID] = [:]
    /// Queries without a place in the window. Names that have become void are skipped when their turn comes.
    private var waitingRoom = Deque<QueryID>()
    private var actions = Deque<Action>()
    private var inWindow = 0
    private var abandoned = 0
    /// When the first query was sent since the connection was last heard of.
    private var unheardSince: UInt64?

    /// No waiter's deadline is before this. It may belong to a waiter that has left: finding the next one costs a walk,
    /// which is made when the time comes and not at every answer.
    private(set) var nextDeadline: UInt64?

    init(policy: SchedulerPolicy) {
        self.policy = policy
    }

    /// Whether the channel has something to do, if only to let abandoned queries run out.
    var isIdle: Bool { queries.count == 0 }
    var waiterCount: Int { waiters.count }
    /// Queries on the wire that somebody waits for.
    var windowCount: Int { inWindow }
    var abandonedCount: Int { abandoned }

    mutating func nextAction() -> Action? { actions.popFirst() }
}

// MARK: - Events

extension QueryScheduler {
    /// Somebody asks.
    mutating func submit(_ question: DNSQuery, token: Token, deadline: UInt64, at now: UInt64) -> WaiterID {
        let query = queryToJoin(question, at: now) ?? open(question)
        let waiter = waiters.insert(Waiter(token: token, deadline: deadline, query: query))
        attach(waiter, to: query)
        nextDeadline = min(nextDeadline ?? deadline, deadline)
        fillWindow(at: now)
        return waiter
    }

    /// Somebody stops waiting. The query goes on for the others, or unattended.
    mutating func cancel(_ waiter: WaiterID, at now: UInt64) {
        let suspects = waiters[waiter].map { isSuspect($0.query, at: now) } ?? false
        leave(waiter, with: .failure(.cancelled))
        if suspects { replaceConnection() }
        fillWindow(at: now)
    }

    /// The channel is done with a query.
    mutating func complete(_ query: QueryID, with completion: Completion, at now: UInt64) {
        guard let record = queries[query] else { return }
        // Not on the wire: it was sent before, and this is an echo of that.
        if case .waiting = record.stage { return }
        switch completion {
        case .answered(let bytes):
            close(query, with: .success(bytes))
            // From now on, if anything is still to come.
            unheardSince = inWindow > 0 ? now : nil
        case .timedOut:
            if record.firstWaiter == nil {
                close(query, with: .failure(.deadlineExceeded))
            } else {
                wait(again: query, ahead: false)
            }
        case .connectionFailed(let systemError):
            unheardSince = nil
            if record.firstWaiter != nil, record.lostConnections < policy.retriesAfterLostConnection {
                queries[query]?.lostConnections += 1
                // Ahead of the others: at most a window of queries is lost with a connection, so all of them are
                // among the 128 that Consul serves on the next one, and none is lost twice.
                wait(again: query, ahead: true)
            } else {
                close(query, with: .failure(.connectionFailed(systemError: systemError)))
            }
        case .failed(let failure):
            close(query, with: .failure(failure))
        }
        fillWindow(at: now)
    }

    /// Time has passed. Worth calling once ``nextDeadline`` has come.
    mutating func expire(at now: UInt64) {
        guard let due = nextDeadline, due <= now else { return }
        var next: UInt64?
        var suspects = false
        for id in waiters.ids {
            guard let waiter = waiters[id] else { continue }
            if waiter.deadline > now {
                next = min(next ?? waiter.deadline, waiter.deadline)
            } else {
                suspects = suspects || isSuspect(waiter.query, at: now)
                leave(id, with: .failure(.deadlineExceeded))
            }
        }
        nextDeadline = next
        if suspects { replaceConnection() }
        fillWindow(at: now)
    }

    /// The client is closing: everybody is told, and nothing is sent any more.
    mutating func closeAll() {
        for id in waiters.ids { leave(id, with: .failure(.clientClosed)) }
        for id in queries.ids { queries.remove(id) }
        waitingRoom.removeAll()
        (inWindow, abandoned, nextDeadline) = (0, 0, nil)
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
        guard policy.coalesces, let query = shared[question] else { return nil }
        switch queries[query]?.stage {
        case .sent(let sentAt):
            return now - sentAt < policy.sharingLimit ? query : nil
        case .abandoned(let sentAt):
            guard now - sentAt < policy.sharingLimit, inWindow < policy.window else { return nil }
            queries[query]?.stage = .sent(at: sentAt)
            abandoned -= 1
            inWindow += 1
            return query
        case .waiting, nil:
            return query
        }
    }

    private mutating func open(_ question: DNSQuery) -> QueryID {
        let query = queries.insert(Query(question: question))
        if policy.coalesces { shared[question] = query }
        waitingRoom.append(query)
        return query
    }

    private mutating func close(_ query: QueryID, with result: Result<[UInt8], QueryFailure>) {
        forget(query)
        guard var record = queries.remove(query) else { return }
        while let id = record.firstWaiter, let waiter = waiters.remove(id) {
            record.firstWaiter = waiter.next
            actions.append(.finish(waiter.token, result))
        }
    }

    /// Takes a query out of the count of its stage and out of sharing.
    private mutating func forget(_ query: QueryID) {
        guard let record = queries[query] else { return }
        switch record.stage {
        case .waiting: break
        case .sent: inWindow -= 1
        case .abandoned: abandoned -= 1
        }
        if shared[record.question] == query { shared[record.question] = nil }
    }

    private mutating func wait(again query: QueryID, ahead: Bool) {
        inWindow -= 1
        queries[query]?.stage = .waiting
        if ahead { waitingRoom.prepend(query) } else { waitingRoom.append(query) }
    }

    private mutating func fillWindow(at now: UInt64) {
        while inWindow < policy.window, let query = waitingRoom.first {
            guard let question = queries[query]?.question else {
                waitingRoom.removeFirst()
                continue
            }
            if inWindow + abandoned >= policy.maximumUnderWay {
                // c-ares keeps what nobody waits for until its tries run out; somebody else waits now.
                replaceConnection()
                continue
            }
            waitingRoom.removeFirst()
            queries[query]?.stage = .sent(at: now)
            unheardSince = unheardSince ?? now
            inWindow += 1
            actions.append(.send(query, question))
        }
    }

    /// Whether a query that is given up was on a connection that has been silent for so long that the connection itself
    /// is the suspect. Silence is counted over all queries: callers with short deadlines must add up to one long one.
    private func isSuspect(_ query: QueryID, at now: UInt64) -> Bool {
        guard let limit = policy.silenceLimit, let since = unheardSince, case .sent = queries[query]?.stage else {
            return false
        }
        return now - since >= limit
    }

    private mutating func replaceConnection() {
        actions.append(.reconnect)
        unheardSince = nil
        for id in queries.ids {
            switch queries[id]?.stage {
            case .abandoned:
                forget(id)
                queries.remove(id)
            case .sent:
                wait(again: id, ahead: true)
            case .waiting, nil:
                break
            }
        }
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
        guard case .sent(let sentAt) = queries[query]?.stage else {
            forget(query)
            queries.remove(query)
            return
        }
        queries[query]?.stage = .abandoned(sentAt: sentAt)
        inWindow -= 1
        abandoned += 1
    }
}
