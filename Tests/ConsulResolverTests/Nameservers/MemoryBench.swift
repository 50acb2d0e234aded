// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress
import ResolverSupport

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSources

/// The state of nameservers and a clock, for tests that play a sequence of events.
final class MemoryBench {
    static let a = Nameserver(address: .v4(.loopback), port: 1)
    static let b = Nameserver(address: .v4(.loopback), port: 2)
    static let c = Nameserver(address: .v4(.loopback), port: 3)

    var memory = NameserverPoolStateMachine()
    var now = Moment.now
    /// 1: pauses have their greatest length.
    var chance = 1.0

    func pass(_ duration: Duration) { now = now + duration }

    /// True if a lookup may query the server.
    func admits(_ server: Nameserver) -> Bool { memory.admit(server, at: now) }

    /// Lets the server answer after `elapsed`.
    func answer(
        _ server: Nameserver,
        after elapsed: Duration = .milliseconds(1),
        _ transport: ConsulDNS.DNSTransport = .udp
    ) {
        pass(elapsed)
        memory.answered(server, over: transport, .noError, after: elapsed, chance: chance, at: now)
    }

    /// Lets a query to the server fail after `elapsed`.
    func fail(_ server: Nameserver, _ kind: NameserverFailure.Kind, after elapsed: Duration = .zero) {
        let start = now
        pass(elapsed)
        fail(server, kind, since: start)
    }

    func fail(_ server: Nameserver, _ kind: NameserverFailure.Kind, since start: Moment) {
        let attempt = ResolutionFailure.Attempt(code: .timedOut, message: "\(server) was silent", server: server)
        let failure = NameserverFailure(server: server, kind: kind, start: start, attempts: [attempt])
        memory.failed(failure, chance: chance, at: now)
    }

    /// Plays a probe and its result.
    func probe(_ server: Nameserver, isAnswered: Bool) {
        let start = now
        guard memory.beginProbe(of: server, at: now) else { return }
        if isAnswered {
            memory.answeredProbe(server, over: .udp, after: .milliseconds(1), chance: chance, at: now)
        } else {
            fail(server, .unreachable, since: start)
        }
    }

    /// The ports of the servers, in the order of queries.
    func order(_ servers: Nameserver...) -> [UInt16] {
        SelectionRank.order(of: memory.standings(of: servers, at: now)).map { servers[$0].port }
    }

    /// True if the server may be dead.
    func isDoubted(_ server: Nameserver) -> Bool { memory.standings(of: [server], at: now)[0].isDoubtful }

    /// The time until the server is probed; `nil` if no probe is due.
    func untilProbe(of server: Nameserver) -> Duration? {
        memory.nextProbe(of: server, at: now).map { now.duration(to: $0) }
    }

    func diagnostics(_ server: Nameserver) -> NameserverDiagnostics? {
        memory.diagnostics(at: now).first { $0.server == server }
    }
}
