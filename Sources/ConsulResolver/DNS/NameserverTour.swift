// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress

/// A way past all nameservers, the best first, that gives each its share of the time.
struct NameserverTour {
    enum Stop: Sendable {
        /// A server, and the name that it was found by.
        case server(Nameserver, name: String?)
        /// A name that has to be looked up first. It stands where its servers would if nothing were known of them.
        case name(String, port: UInt16)
    }

    private let hosts: HostBook
    private let register: NameserverRegister?
    private let deadline: Deadline
    /// What lies ahead, and behind that, those that may be dead.
    private var stops: ArraySlice<Stop>
    private var doubtful: ArraySlice<Stop> = []
    /// Names of servers that have been visited.
    private var visited: [String] = []

    init(_ stops: [Stop], hosts: HostBook, deadline: Deadline, register: NameserverRegister?) {
        self.hosts = hosts
        self.register = register
        self.deadline = deadline
        self.stops = stops[...]
        // The order of one is known without looking.
        if stops.count > 1 { sort() }
    }

    /// Whether there is somebody left who could be asked beside another.
    var hasSecond: Bool { !stops.isEmpty }

    private var stopsLeft: Int { stops.count + doubtful.count }

    /// The next server. Whoever asks for it has found all before it to be of no use.
    ///
    /// - Parameter attempts: Where servers are noted that could not be found, that there is no time for, or that are not
    ///   asked because they failed a moment ago.
    /// - Throws: `CancellationError`.
    mutating func next(noting attempts: inout [ResolutionFailure.Attempt]) async throws -> NameserverVisit? {
        forgetUselessNames()
        while let stop = stops.popFirst() ?? doubtful.popFirst() {
            switch stop {
            case .server(let server, let name):
                if let visit = visit(server, foundBy: name, noting: &attempts) { return visit }
            case .name(let host, let port):
                let budget = deadline.share(among: 1 + stopsLeft)
                found(try await hosts.addresses(of: host, until: budget), of: host, port: port, noting: &attempts)
                forgetUselessNames()
            }
        }
        forgetUselessNames()
        return nil
    }

    /// Whom to ask beside a server that is late.
    enum Second {
        case server(NameserverVisit)
        /// Nobody yet: this name has to be looked up, and what comes of it handed to ``found(_:of:port:noting:)``. It keeps
        /// its place until then.
        case name(String, port: UInt16, until: Deadline)
    }

    /// Whom to ask beside a server that is late; `nil` when everybody else is late already, or may be dead.
    mutating func second(noting attempts: inout [ResolutionFailure.Attempt]) -> Second? {
        while deadline.remaining > .zero, let stop = stops.first {
            switch stop {
            case .server(let server, let name):
                stops.removeFirst()
                if let visit = visit(server, foundBy: name, noting: &attempts) { return .server(visit) }
            case .name(let host, let port):
                return .name(host, port: port, until: deadline.share(among: stopsLeft))
            }
        }
        return nil
    }

    /// A name has been looked up.
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

    private mutating func visit(
        _ server: Nameserver,
        foundBy name: String?,
        noting attempts: inout [ResolutionFailure.Attempt]
    ) -> NameserverVisit? {
        guard deadline.remaining > .zero else {
            attempts.append(.tooLate(server))
            return nil
        }
        let circumstances: NameserverVisit.Circumstances
        switch register?.admit(server) ?? .granted(NameserverVisit.Circumstances(start: .now)) {
        case .refused(let lastFailure):
            attempts += lastFailure.map(\.remembered)
            return nil
        case .granted(let granted):
            circumstances = granted
        }
        if let name, !visited.contains(name) { visited.append(name) }
        return NameserverVisit(server: server, budget: deadline.share(among: 1 + stopsLeft), circumstances)
    }

    /// Brings what lies ahead into the register's order.
    private mutating func sort() {
        guard let register, !stops.isEmpty else { return }
        var known = register.standings(of: stops.compactMap(\.server))[...]
        let standings = stops.map { $0.server == nil ? .good : known.popFirst() ?? .good }
        guard standings.contains(where: { $0 != .good }) else { return }
        let before = Array(stops)
        let order = NameserverStanding.order(of: standings)
        stops = order.filter { !standings[$0].isDoubtful }.map { before[$0] }[...]
        doubtful = order.filter { standings[$0].isDoubtful }.map { before[$0] } + doubtful
    }

    /// When nobody of a name was of any use, it may lead elsewhere by now.
    private mutating func forgetUselessNames() {
        guard !visited.isEmpty else { return }
        let ahead = (stops + doubtful).compactMap(\.name)
        for name in visited where !ahead.contains(name) { hosts.forget(name) }
        visited.removeAll { !ahead.contains($0) }
    }
}

extension NameserverTour.Stop {
    fileprivate var server: Nameserver? { if case .server(let server, _) = self { server } else { nil } }

    /// The name that a server was found by.
    fileprivate var name: String? { if case .server(_, let name) = self { name } else { nil } }
}

extension ResolutionFailure.Attempt {
    fileprivate static func tooLate(_ server: Nameserver) -> Self {
        Self(code: .timedOut, message: "there was no time left to ask \(server)", server: server)
    }

    fileprivate static func notFound(_ host: String, port: UInt16) -> Self {
        Self(
            code: .nameserverNotFound,
            message: "the nameserver \(HostPort(host: .name(host), port: port)) cannot be looked up; "
                + "give its address instead"
        )
    }

    /// The same, told again to somebody for whom nothing was sent.
    fileprivate var remembered: Self {
        var attempt = self
        attempt.message += " (a moment ago; not asked again for this)"
        return attempt
    }
}
