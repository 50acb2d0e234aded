// SPDX-License-Identifier: Apache-2.0

#if GRPC

import NetworkAddress

/// Decides which connections to the endpoints of a service exist. A pure value: lists of endpoints and calls go in, the
/// connections to open and to close come out.
///
/// A balancer may use a new list before the table knows it, and an old one for a moment longer. So a call may need a
/// connection to an endpoint that is not listed: it exists until its last call has ended.
struct ConnectionTable<Connection: Sendable>: Sendable {
    /// A connection in use, or to be run.
    struct Ticket: Sendable {
        let place: HostPort
        let connection: Connection
        /// The number of the connection. An endpoint that comes back gets another connection.
        let number: UInt64
    }

    /// The result of looking for a connection.
    enum Lookup: Sendable {
        case found(Ticket)
        case missing
        /// The table is closed for good.
        case closed
    }

    private struct Entry: Sendable {
        let ticket: Ticket
        var calls: Int
    }

    private var entries: [HostPort: Entry] = [:]
    /// The endpoints of the last list; `nil` before the first one.
    private var listed: Set<HostPort>?
    private var unstarted: [Ticket] = []
    private var lastNumber: UInt64 = 0
    private(set) var isClosed = false

    /// Finds the connection for a call, which counts until ``endCall(_:)``.
    mutating func beginCall(to place: HostPort) -> Lookup {
        guard !isClosed else { return .closed }
        guard let entry = entries[place] else { return .missing }
        entries[place]?.calls += 1
        return .found(entry.ticket)
    }

    /// Adds a connection, unless there is one already, which is then the result.
    ///
    /// - Parameter isForCall: True if a call begins with it.
    mutating func add(_ connection: Connection, to place: HostPort, isForCall: Bool) -> Lookup {
        guard !isClosed else { return .closed }
        if entries[place] == nil {
            lastNumber += 1
            let ticket = Ticket(place: place, connection: connection, number: lastNumber)
            entries[place] = Entry(ticket: ticket, calls: 0)
            unstarted.append(ticket)
        }
        guard let entry = entries[place] else { return .missing }
        if isForCall { entries[place]?.calls += 1 }
        return .found(entry.ticket)
    }

    /// Ends a call.
    ///
    /// - Returns: The connection if it has to be closed, because the endpoint is not listed.
    mutating func endCall(_ ticket: Ticket) -> Connection? {
        guard contains(ticket), var entry = entries[ticket.place] else { return nil }
        entry.calls -= 1
        entries[ticket.place] = entry
        guard entry.calls == 0, listed?.contains(ticket.place) == false else { return nil }
        entries[ticket.place] = nil
        return ticket.connection
    }

    /// True if new calls use this connection.
    func contains(_ ticket: Ticket) -> Bool { entries[ticket.place]?.ticket.number == ticket.number }

    /// Removes a connection that has ended by itself, so that the next call makes another one.
    mutating func remove(_ ticket: Ticket) {
        if contains(ticket) { entries[ticket.place] = nil }
    }

    /// Replaces the list of endpoints.
    ///
    /// - Returns: The connections to close gracefully. Their calls go on; new calls do not find them.
    mutating func list(_ places: some Sequence<HostPort>) -> [Connection] {
        guard !isClosed else { return [] }
        let listed = Set(places)
        self.listed = listed
        let departed = entries.values.filter { !listed.contains($0.ticket.place) }.map(\.ticket)
        for ticket in departed { entries[ticket.place] = nil }
        return departed.map(\.connection)
    }

    /// True if a connection to an endpoint is to be opened before the first call.
    func lacks(_ place: HostPort) -> Bool {
        !isClosed && entries[place] == nil && listed?.contains(place) == true
    }

    /// Returns the connections that were added since the last time, for the caller to run.
    mutating func takeUnstarted() -> [Ticket] {
        defer { unstarted = [] }
        return unstarted
    }

    /// Closes the table: no connection is found or added from now on.
    ///
    /// - Returns: The connections to close gracefully.
    mutating func close() -> [Connection] {
        isClosed = true
        defer { entries = [:] }
        return entries.values.map(\.ticket.connection)
    }
}

#endif
