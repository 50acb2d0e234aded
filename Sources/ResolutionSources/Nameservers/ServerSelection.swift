// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress
import ResolutionModel
import ResolverSupport

/// The iteration over all nameservers in one resolution, best first. Each server gets a share of the time left.
struct ServerSelection {
    enum Stop: Sendable {
        /// A server, and the configured name that led to it.
        case server(Nameserver, name: String?)
        /// A name that has to be looked up first. It has the place of a server without history.
        case name(String, port: UInt16)
    }

    private let hosts: HostAddressCache
    private let pool: NameserverPool?
    private let deadline: Deadline
    /// The stops that are left, without the doubtful ones.
    private var stops: ArraySlice<Stop>
    /// The servers that may be dead. They follow after `stops`.
    private var doubtful: ArraySlice<Stop> = []
    /// The names of servers that have been visited.
    private var visited: [String] = []

    init(_ stops: [Stop], hosts: HostAddressCache, deadline: Deadline, pool: NameserverPool?) {
        self.hosts = hosts
        self.pool = pool
        self.deadline = deadline
        self.stops = stops[...]
        // A single stop needs no sorting.
        if stops.count > 1 { sort() }
    }

    /// True if a server is left that could be queried beside a late one.
    var hasSecond: Bool { !stops.isEmpty }

    private var stopsLeft: Int { stops.count + doubtful.count }

    /// Returns the next server, for a caller that had no usable answer from those before it; `nil` after the last.
    ///
    /// - Parameter attempts: Receives an entry for each server that could not be found, for which no time is left, or
    ///   that is skipped because it failed recently.
    /// - Throws: `CancellationError`.
    mutating func next(noting attempts: inout [ResolutionFailure.Attempt]) async throws -> ServerAttempt? {
        forgetUselessNames()
        while let stop = stops.popFirst() ?? doubtful.popFirst() {
            switch stop {
            case .server(let server, let name):
                if let attempt = attempt(server, foundBy: name, noting: &attempts) { return attempt }
            case .name(let host, let port):
                let budget = deadline.share(among: 1 + stopsLeft)
                found(try await hosts.addresses(of: host, until: budget), of: host, port: port, noting: &attempts)
                forgetUselessNames()
            }
        }
        forgetUselessNames()
        return nil
    }

    /// The server to query beside a late one.
    enum Second {
        case server(ServerAttempt)
        /// This name has to be looked up first, and the result passed to ``found(_:of:port:noting:)``. The name keeps
        /// its place until then.
        case name(String, port: UInt16, until: Deadline)
    }

    /// Returns the server to query beside a late one; `nil` if every other server is late as well, or may be dead.
    mutating func second(noting attempts: inout [ResolutionFailure.Attempt]) -> Second? {
        while deadline.remaining > .zero, let stop = stops.first {
            switch stop {
            case .server(let server, let name):
                stops.removeFirst()
                if let attempt = attempt(server, foundBy: name, noting: &attempts) { return .server(attempt) }
            case .name(let host, let port):
                return .name(host, port: port, until: deadline.share(among: stopsLeft))
            }
        }
        return nil
    }

    /// Replaces a name by the servers that its lookup found.
    mutating func found(
        _ addresses: [IPAddress],
        of host: String,
        port: UInt16,
        noting attempts: inout [ResolutionFailure.Attempt]
    ) {
        if case .name(host, port) = stops.first { stops.removeFirst() }
        if addresses.isEmpty { attempts.append(.notFound(host, port: port)) }
        stops = addresses.map { .server(Nameserver(address: $0, port: port), name: host) } + stops
        sort()
    }

    private mutating func attempt(
        _ server: Nameserver,
        foundBy name: String?,
        noting attempts: inout [ResolutionFailure.Attempt]
    ) -> ServerAttempt? {
        let now = Moment.now
        guard deadline.remaining(at: now) > .zero else {
            attempts.append(.tooLate(server))
            return nil
        }
        let circumstances: ServerAttempt.Circumstances
        switch pool?.admit(server) ?? .granted(ServerAttempt.Circumstances(start: now)) {
        case .refused(let lastFailure):
            attempts += lastFailure.map(\.remembered)
            return nil
        case .granted(let granted):
            circumstances = granted
        }
        if let name, !visited.contains(name) { visited.append(name) }
        return ServerAttempt(server: server, budget: deadline.share(among: 1 + stopsLeft, at: now), circumstances)
    }

    /// Sorts the remaining stops into the register's order.
    private mutating func sort() {
        guard let pool, !stops.isEmpty else { return }
        var known = pool.standings(of: stops.compactMap(\.server))[...]
        let standings = stops.map { $0.server == nil ? .good : known.popFirst() ?? .good }
        guard standings.contains(where: { $0 != .good }) else { return }
        let before = Array(stops)
        let order = SelectionRank.order(of: standings)
        stops = order.filter { !standings[$0].isDoubtful }.map { before[$0] }[...]
        doubtful = order.filter { standings[$0].isDoubtful }.map { before[$0] } + doubtful
    }

    /// Forgets the addresses of names whose servers all had no usable answer: the names may have other addresses by
    /// now.
    private mutating func forgetUselessNames() {
        guard !visited.isEmpty else { return }
        let ahead = (stops + doubtful).compactMap(\.name)
        for name in visited where !ahead.contains(name) { hosts.forget(name) }
        visited.removeAll { !ahead.contains($0) }
    }
}

extension ServerSelection.Stop {
    fileprivate var server: Nameserver? { if case .server(let server, _) = self { server } else { nil } }

    /// The configured name that led to the server.
    fileprivate var name: String? { if case .server(_, let name) = self { name } else { nil } }
}

extension ResolutionFailure.Attempt {
    fileprivate static func tooLate(_ server: Nameserver) -> Self {
        Self(code: .timedOut, message: "no time was left to query \(server)", server: server)
    }

    fileprivate static func notFound(_ host: String, port: UInt16) -> Self {
        Self(
            code: .nameserverNotFound,
            message: "the nameserver \(HostPort(host: .name(host), port: port)) cannot be looked up; "
                + "give its address instead"
        )
    }

    /// A copy for a resolution that skipped the server because of this failure.
    fileprivate var remembered: Self {
        var attempt = self
        attempt.message += " (a moment ago; not queried again)"
        return attempt
    }
}
