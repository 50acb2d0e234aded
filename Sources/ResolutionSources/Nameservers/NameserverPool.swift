// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NIOConcurrencyHelpers
import ResolutionModel
package import ResolverSupport

/// The nameserver history that all resolutions share, and the tasks that probe failing servers.
///
/// The resolutions report events, and ``NameserverPoolStateMachine`` decides what follows from them. A resolution without
/// failures takes the lock twice: before the query and with the answer.
package final class NameserverPool: Sendable {
    struct State {
        package var memory: NameserverPoolStateMachine
        package var generator = ShuffleGenerator()
        /// The probing tasks, one for each failing server while resolutions are made.
        package var tasks: [Nameserver: Task<Void, Never>] = [:]
        package var isShutDown = false
    }

    package let time: TimeSource
    let probe: @Sendable (Nameserver) async throws -> ProbeResult
    let state: NIOLockedValueBox<State>

    /// - Parameter probe: Probes a server. It throws if the task is canceled or the client has been shut down.
    init(
        policy: NameserverPolicy = NameserverPolicy(),
        time: TimeSource = .continuous,
        probe: @escaping @Sendable (Nameserver) async throws -> ProbeResult
    ) {
        self.time = time
        self.probe = probe
        state = NIOLockedValueBox(State(memory: NameserverPoolStateMachine(policy: policy)))
    }

    // MARK: Decisions

    /// The permission for a resolution to query a server.
    enum Admission {
        case granted(ServerAttempt.Circumstances)
        /// The server failed a moment ago, with these attempts.
        case refused([ResolutionFailure.Attempt])
    }

    func admit(_ server: Nameserver) -> Admission {
        let now = time.now()
        return state.withLockedValue { state in
            let isAdmitted = state.memory.admit(server, at: now)
            lookAfterTroubled(&state, at: now)
            guard isAdmitted || state.isShutDown else { return .refused(state.memory.lastFailure(of: server)) }
            return .granted(
                ServerAttempt.Circumstances(
                    start: now,
                    asksStreamsFirst: state.memory.asksStreamsFirst(of: server, at: now),
                    isFailed: state.memory.isFailed(server, at: now),
                    hedgeDelay: state.memory.hedgeDelay(of: server)
                )
            )
        }
    }

    func standings(of servers: [Nameserver]) -> [SelectionRank] {
        let now = time.now()
        return state.withLockedValue { $0.memory.standings(of: servers, at: now) }
    }

    func diagnostics(at now: Moment) -> [NameserverDiagnostics] {
        state.withLockedValue { $0.memory.diagnostics(at: now) }
    }

    // MARK: Events

    /// Records a server's response; `code` is `nil` for a malformed response.
    ///
    /// - Parameters:
    ///   - lostDatagram: The time since which datagrams have had no response; `nil` if none was lost.
    ///   - escalated: True if the query was sent over TCP after one over UDP.
    func answered(
        _ reply: DNSAnswer,
        _ code: ResponseCode?,
        after elapsed: Duration,
        lostDatagram: Moment?,
        escalated: Bool
    ) {
        note { memory, chance, now in
            let server = reply.server
            memory.answered(server, over: reply.transport, code, after: elapsed, chance: chance, at: now)
            if escalated { memory.count(server, at: now) { $0.escalations += 1 } }
            if let lostDatagram, reply.transport == .tcp {
                memory.lostDatagrams(to: server, since: lostDatagram, at: now)
            }
        }
    }

    func missed(_ server: Nameserver, _ error: DNSClientError) {
        note { memory, _, now in memory.missed(server, error, at: now) }
    }

    func failed(_ failure: NameserverFailure) {
        note { $0.failed(failure, chance: $1, at: $2) }
    }

    func outpaced(_ server: Nameserver, since start: Moment) {
        note { memory, _, now in memory.outpaced(server, since: start, at: now) }
    }

    func count(_ server: Nameserver, _ change: (inout NameserverCounters) -> Void) {
        note { memory, _, now in memory.count(server, at: now, change) }
    }

    /// Applies an event to the history, and starts probing tasks where needed.
    ///
    /// - Parameter event: A closure that receives the history, a random number from 0 to 1, and the time.
    func note(_ event: (inout NameserverPoolStateMachine, Double, Moment) -> Void) {
        let now = time.now()
        state.withLockedValue { state in
            event(&state.memory, .random(in: 0..<1, using: &state.generator), now)
            lookAfterTroubled(&state, at: now)
        }
    }
}
