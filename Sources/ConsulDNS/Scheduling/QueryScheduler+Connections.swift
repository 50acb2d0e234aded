// SPDX-License-Identifier: Apache-2.0

import DequeModule
import ResolverSupport

// MARK: - Sending

extension QueryScheduler {
    /// Sends a new query, or appends it to the queue of its key in `waitingRooms`.
    mutating func admit(_ query: QueryID, at now: Moment) {
        guard let key = queries[query]?.key else { return }
        // Choosing a connection may have replaced another one; the queries of that one go first.
        if waitingRooms.isEmpty, let index = connectionIndex(for: key, at: now), waitingRooms.isEmpty {
            send(query, over: index, at: now)
        } else {
            waitingRooms[key, default: []].append(query)
        }
    }

    /// Sends queued queries while the windows have room.
    mutating func fillWindows(at now: Moment) {
        trimSendingOrder()
        guard !waitingRooms.isEmpty else { return }
        for key in waitingRooms.keys.sorted() {
            while hasWaiting(key), let index = connectionIndex(for: key, at: now) {
                guard hasWaiting(key), let query = waitingRooms[key]?.popFirst() else { break }
                send(query, over: index, at: now)
            }
        }
    }

    /// Returns true if the queue of a key holds a live query. Removes stale IDs from its head, and an empty queue
    /// altogether.
    private mutating func hasWaiting(_ key: UInt64) -> Bool {
        while let first = waitingRooms[key]?.first {
            if queries[first] != nil { return true }
            waitingRooms[key]?.removeFirst()
        }
        waitingRooms[key] = nil
        return false
    }

    private mutating func send(_ query: QueryID, over index: Int, at now: Moment) {
        guard let record = queries[query] else { return }
        let mixesCase = policy.forgeryGuard != nil && !record.isPlain && caseKeeping.mixesCase(at: now)
        let connection = connections[index].id
        connections[index].sent += 1
        let number = connections[index].sent
        let attempt = attempts.insert(
            Attempt(query: query, connection: connection, number: number, sentAt: now, mixesCase: mixesCase)
        )
        queries[query]?.attempt = attempt
        connections[index].inWindow += 1
        connections[index].held += 1
        connections[index].unheardSince = connections[index].unheardSince ?? now
        if !policy.answersInOrder { sendingOrder.append(attempt) }
        actions.append(.send(attempt, question(of: query), over: connection, mixesCase: mixesCase))
    }
}

// MARK: - Choosing a connection

extension QueryScheduler {
    func connection(_ id: ConnectionID) -> Connection? {
        connections.first { $0.id == id }
    }

    private func index(of id: ConnectionID) -> Int? {
        connections.firstIndex { $0.id == id }
    }

    private func hasRoom(_ connection: Connection) -> Bool {
        connection.inWindow < policy.window && connection.awaited < policy.maximumAwaited
    }

    /// Returns true if a connection is probably stuck behind a query that takes long.
    private func isOverdue(_ connection: Connection, at now: Moment) -> Bool {
        guard policy.answersInOrder, connection.held > 0, let since = connection.unheardSince else { return false }
        return now.isAtLeast(policy.overdueAfter, after: since)
    }

    /// Returns the connection that takes the next query with this key, or `nil` if the query has to wait.
    ///
    /// Queries with different keys, that is for different datacenters, get connections of their own as long as there
    /// are enough. A datacenter that hangs therefore delays no other.
    private mutating func connectionIndex(for key: UInt64, at now: Moment) -> Int? {
        retireWorn(at: now)
        var idle: Int?
        var isFull = false
        for (index, connection) in connections.enumerated() where !connection.isRetired {
            if isOverdue(connection, at: now) { continue }
            if connection.key == key {
                if connection.held >= policy.maximumUnderWay, connection.inWindow < policy.window {
                    // c-ares keeps abandoned queries until their tries run out, and a new query needs the room now.
                    replace(connection.id)
                    return connectionIndex(for: key, at: now)
                }
                if hasRoom(connection) { return index }
                isFull = true
            } else if connection.held == 0 {
                idle = idle ?? index
            }
        }
        if isFull { return nil }
        if let idle {
            connections[idle].key = key
            return idle
        }
        if connections.count < policy.connectionLimit { return open(key, at: now) }
        if let unused = connections.first(where: { $0.awaited == 0 }) {
            replace(unused.id)
            return open(key, at: now)
        }
        return leastLoaded(at: now)
    }

    private mutating func open(_ key: UInt64, at now: Moment) -> Int {
        let id = ConnectionID(number: nextConnection)
        nextConnection += 1
        connections.append(Connection(id: id, key: key, openedAt: now, idleSince: now))
        return connections.count - 1
    }

    /// Returns the connection with the fewest awaited queries. Used when there are more keys than connections, so that
    /// some keys share one. Overdue connections come last.
    private func leastLoaded(at now: Moment) -> Int? {
        func load(_ index: Int) -> (Int, Int) {
            (isOverdue(connections[index], at: now) ? 1 : 0, connections[index].awaited)
        }
        return connections.indices.filter { hasRoom(connections[$0]) && !connections[$0].isRetired }
            .min { load($0) < load($1) }
    }
}

// MARK: - Ending connections

extension QueryScheduler {
    /// Retires sockets that have reached their number of queries or their age.
    private mutating func retireWorn(at now: Moment) {
        guard let guarding = policy.forgeryGuard else { return }
        for connection in connections where !connection.isRetired {
            if connection.sent >= guarding.queriesPerSocket
                || now.isAtLeast(guarding.socketAge, after: connection.openedAt)
            {
                retire(connection.id)
            }
        }
    }

    /// Stops sending over a connection, if another can take its place: one connection always accepts queries.
    mutating func retire(_ id: ConnectionID) {
        guard let index = index(of: id) else { return }
        if connections[index].awaited == 0 {
            replace(id)
        } else if connections.count < policy.connectionLimit {
            connections[index].isRetired = true
        }
    }

    /// Closes unneeded connections: retired ones that no waiter needs, and additional ones past the idle limit.
    mutating func closeUnused(at now: Moment) {
        for connection in connections {
            let isForgotten =
                connections.count > 1 && connection.held == 0
                && now.isAtLeast(policy.idleLimit, after: connection.idleSince)
            if connection.isRetired && connection.awaited == 0 || isForgotten { replace(connection.id) }
        }
    }

    /// Closes a connection and queues its awaited queries, to be sent again over another.
    mutating func replace(_ id: ConnectionID) {
        for query in close(id) { wait(again: query, ahead: true) }
    }

    /// Closes a connection and ends its abandoned queries.
    ///
    /// - Returns: The awaited queries that were under way on it, the youngest first.
    mutating func close(_ id: ConnectionID) -> [QueryID] {
        guard let index = index(of: id) else { return [] }
        let connection = connections.remove(at: index)
        actions.append(.close(id))
        guard connection.held > 0 else { return [] }
        var lost: [(query: QueryID, number: Int)] = []
        for attempt in attempts.ids where attempts[attempt]?.connection == id {
            guard let record = attempts.remove(attempt), queries[record.query]?.attempt == attempt else { continue }
            queries[record.query]?.attempt = nil
            if queries[record.query]?.firstWaiter == nil {
                removeUnsent(record.query)
            } else {
                lost.append((record.query, record.number))
            }
        }
        return lost.sorted { $0.number > $1.number }.map(\.query)
    }
}

// MARK: - Occupancy of connections

extension QueryScheduler {
    /// Marks an attempt as no longer awaited and frees its place in the window.
    mutating func orphan(_ id: AttemptID) {
        guard let attempt = attempts[id], attempt.place != .orphaned else { return }
        attempts[id]?.place = .orphaned
        guard let index = index(of: attempt.connection) else { return }
        if attempt.place == .window { connections[index].inWindow -= 1 } else { connections[index].late -= 1 }
    }

    /// Returns an orphaned attempt to the window, for a new waiter. Returns false if the connection has no room for it.
    mutating func takeUp(_ id: AttemptID) -> Bool {
        guard let attempt = attempts[id], let index = index(of: attempt.connection), hasRoom(connections[index]) else {
            return false
        }
        attempts[id]?.place = .window
        connections[index].inWindow += 1
        if !policy.answersInOrder { sendingOrder.append(id) }
        return true
    }

    /// Removes an attempt that c-ares no longer holds from the counters of its connection.
    mutating func takeFromConnection(_ attempt: Attempt, heard completion: Completion, at now: Moment) {
        guard let index = index(of: attempt.connection) else { return }
        switch attempt.place {
        case .window: connections[index].inWindow -= 1
        case .late: connections[index].late -= 1
        case .orphaned: break
        }
        connections[index].held -= 1
        if connections[index].held == 0 { connections[index].idleSince = now }
        switch completion {
        case .answered:
            // Silence counts from now if more answers are due.
            connections[index].unheardSince = connections[index].awaited > 0 ? now : nil
            connections[index].isOvertaken = false
        case .connectionFailed:
            connections[index].unheardSince = nil
            connections[index].isOvertaken = false
        case .timedOut, .failed, .caseChanged:
            break
        }
    }
}

// MARK: - Overdue queries

extension QueryScheduler {
    /// The time at which the next query or connection becomes overdue.
    var nextOverdue: Moment? {
        guard policy.answersInOrder else {
            return sendingOrder.first.flatMap { attempts[$0] }.map { $0.sentAt + policy.overdueAfter }
        }
        var next: Moment?
        for connection in connections where connection.awaited > 0 && !connection.isOvertaken {
            guard let since = connection.unheardSince else { continue }
            let due = since + policy.overdueAfter
            next = min(next ?? due, due)
        }
        return next
    }

    mutating func noteOverdue(at now: Moment) {
        if policy.answersInOrder {
            for connection in connections where !connection.isOvertaken && isOverdue(connection, at: now) {
                overtake(connection.id)
            }
            return
        }
        while let id = sendingOrder.first {
            if let attempt = attempts[id], attempt.place == .window {
                guard now.isAtLeast(policy.overdueAfter, after: attempt.sentAt) else { break }
                attempts[id]?.place = .late
                if let index = index(of: attempt.connection) {
                    connections[index].inWindow -= 1
                    connections[index].late += 1
                }
            }
            sendingOrder.removeFirst()
        }
    }

    /// Sends the queries behind an overdue one over another connection, once each. The first answer to arrive counts.
    private mutating func overtake(_ id: ConnectionID) {
        guard let index = index(of: id) else { return }
        connections[index].isOvertaken = true
        let onConnection = attempts.ids.filter { attempts[$0]?.connection == id }
        let sorted = onConnection.sorted { (attempts[$0]?.number ?? 0) > (attempts[$1]?.number ?? 0) }
        for attempt in sorted.dropLast() {
            guard let query = attempts[attempt]?.query, let record = queries[query], record.attempt == attempt,
                record.firstWaiter != nil, !record.hasOvertaken
            else { continue }
            queries[query]?.hasOvertaken = true
            wait(again: query, ahead: true)
        }
    }

    /// Removes stale IDs from the head of `sendingOrder`, and all of them once they are the majority: the first attempt
    /// may stay unanswered for long while later ones are answered.
    mutating func trimSendingOrder() {
        while let id = sendingOrder.first, attempts[id]?.place != .window { sendingOrder.removeFirst() }
        if sendingOrder.count > 2 * attempts.count + 1024 {
            sendingOrder.removeAll { attempts[$0]?.place != .window }
        }
    }
}
